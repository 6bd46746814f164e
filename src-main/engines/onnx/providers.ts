import os from 'node:os';
import { explain } from '../../base/errors.ts';
import { findAdapter } from './adapter.ts';
import type { DeviceKind } from './device.ts';
import { selfTest } from './selfTest.ts';

/** An execution provider and what opening it showed. */
export interface ProbedProvider {
  readonly name: DeviceKind;
  /** A device could be opened and its self-test agreed with the CPU. */
  readonly usable: boolean;
  /** The processor's or the GPU's name. */
  readonly device: string;
  /** A software GPU: correct, but slower than the CPU. */
  readonly software: boolean;
  /** Why it is not usable, or a remark. */
  readonly note: string | null;
}

/** Opens each provider and tests it. A broken graphics driver may end the process: call this in one that may die. */
export async function probeProviders(): Promise<ProbedProvider[]> {
  return [await probeCpu(), await probeWebgpu()];
}

async function probeCpu(): Promise<ProbedProvider> {
  const note = await problemWith('cpu');
  const device = os.cpus()[0]?.model.trim() ?? 'processor';
  return { name: 'cpu', usable: note === null, device, software: false, note };
}

async function probeWebgpu(): Promise<ProbedProvider> {
  const problem = await problemWith('webgpu');
  const { name: device, software } = await findAdapter();
  if (problem !== null)
    return { name: 'webgpu', usable: false, device: 'no usable GPU', software: false, note: problem };
  const note = software ? 'a software renderer: correct, but slower than the processor' : null;
  return { name: 'webgpu', usable: true, device, software, note };
}

async function problemWith(device: DeviceKind): Promise<string | null> {
  try {
    return await selfTest(device);
  } catch (error) {
    return explain(error).message;
  }
}
