import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import type { Absence } from '../probedProvider.ts';
import { anyCard, findAdapter, type Adapter } from './adapter.ts';
import type { DeviceKind } from './device.ts';

/** What is known of one of ONNX Runtime's execution providers before it is opened. */
interface OnnxProvider {
  /** The systems for which ONNX Runtime's Node package has it. */
  readonly systems: string;
  /** What drives it. */
  readonly find: () => Promise<Adapter>;
  /** A file beside ONNX Runtime's own that it needs and that the package does not bring. */
  readonly library?: string;
  /** What it needs besides. */
  readonly needs?: string;
}

export const onnxProviders: Readonly<Record<DeviceKind, OnnxProvider>> = {
  cpu: {
    systems: 'every system',
    find: async () => ({ name: os.cpus()[0]?.model.trim() ?? 'processor', software: false }),
  },
  webgpu: { systems: 'Windows, macOS, and Linux on x64 processors', find: findAdapter },
  cuda: {
    systems: 'Linux on x64 processors',
    find: anyCard,
    library: 'libonnxruntime_providers_cuda.so',
    needs: 'an NVIDIA card with CUDA 12 and cuDNN 9; WebGPU uses the same card without them',
  },
  dml: { systems: 'Windows', find: findAdapter },
  coreml: { systems: 'macOS', find: anyCard },
};

/** Why a provider cannot be opened here at all; null where it can be tried. */
export function onnxAbsence(name: DeviceKind): Absence | null {
  const { systems, library, needs } = onnxProviders[name];
  const offered = listSupportedBackends().find((backend) => backend.name === name);
  if (offered === undefined) return { absent: 'elsewhere', note: `only on ${systems}`, how: null };
  if (offered.bundled || library === undefined || existsSync(path.join(libraryFolder(), library)))
    return null;
  return {
    absent: 'optional',
    note: `not installed: optional. It needs ${needs}`,
    how: `node ${path.join(packageFolder(), 'script', 'install.js')} --onnxruntime-node-install=cuda12`,
  };
}

function packageFolder(): string {
  return path.join(createRequire(import.meta.url).resolve('onnxruntime-node'), '..', '..');
}

/** Where ONNX Runtime looks for the libraries of its providers: beside its own. */
function libraryFolder(): string {
  return path.join(packageFolder(), 'bin', 'napi-v6', process.platform, process.arch);
}
