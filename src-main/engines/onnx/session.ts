import { availableParallelism } from 'node:os';
import ort from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';
import { reasonOf, UserError } from '../../base/errors.ts';
import { deviceTraits, type DeviceKind } from './device.ts';

export interface SessionOptions {
  readonly device: DeviceKind;
  /** Threads of the CPU provider; default: the number of cores. */
  readonly threads?: number | undefined;
  /** Outputs that stay on the device, where it keeps state. */
  readonly deviceOutputs?: readonly string[];
}

/** Entries of a session's configuration. */
export const sessionConfig = {
  // It would keep what the backward pass computes again on purpose, to save memory (ops/gemmConv.ts).
  'optimization.disable_specified_optimizers': 'CommonSubexpressionElimination',
} as const;

/**
 * Opens a model in ONNX Runtime. Nothing falls back from one device to another: where the device asked for cannot be
 * opened, this throws.
 */
export async function openSession(
  model: Uint8Array | string,
  options: SessionOptions,
): Promise<InferenceSession> {
  const { device, threads = availableParallelism(), deviceOutputs = [] } = options;
  const sessionOptions: InferenceSession.SessionOptions = {
    executionProviders: [device],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    extra: sessionConfig,
    // Warnings are about nodes that ONNX Runtime places on the CPU by design (shapes); errors still come through.
    logSeverityLevel: 3,
    ...(deviceTraits[device].keepsState && {
      preferredOutputLocation: Object.fromEntries(deviceOutputs.map((name) => [name, 'gpu-buffer'])),
    }),
  };
  try {
    return typeof model === 'string'
      ? await ort.InferenceSession.create(model, sessionOptions)
      : await ort.InferenceSession.create(model, sessionOptions);
  } catch (error) {
    if (device === 'cpu') throw error;
    throw deviceError(device, reasonOf(error));
  }
}

const names = { webgpu: 'WebGPU', cuda: 'CUDA', dml: 'DirectML', coreml: 'Core ML' } as const;

function deviceError(device: keyof typeof names, reason: string): UserError {
  const what = /Failed to get a WebGPU adapter|no CUDA-capable device/.test(reason)
    ? 'No GPU with a working driver was found'
    : `The GPU could not be used through ${names[device]}`;
  const help =
    device === 'cuda' ? 'It needs CUDA 12, cuDNN 9 and a driver for them' : 'A newer driver may help';
  return new UserError(`${what}. ${help}; the processor (CPU) works without.`, reason);
}
