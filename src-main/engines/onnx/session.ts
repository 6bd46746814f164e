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
    // It would keep what the backward pass computes again on purpose, to save memory (ops/gemmConv.ts).
    extra: { optimization: { disable_specified_optimizers: 'CommonSubexpressionElimination' } },
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
    throw webgpuError(reasonOf(error));
  }
}

function webgpuError(reason: string): UserError {
  const what = /Failed to get a WebGPU adapter/.test(reason)
    ? 'No GPU with a working driver was found'
    : 'The GPU could not be used through WebGPU';
  return new UserError(
    `${what}. Choose the processor (CPU) as device, or update the graphics driver.`,
    reason,
  );
}
