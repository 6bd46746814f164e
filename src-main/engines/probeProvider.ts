import { reasonOf } from '../base/errors.ts';
import type { Device } from './engine.ts';
import { anyCard } from './onnx/adapter.ts';
import { onnxAbsence, onnxProviders } from './onnx/providers.ts';
import type { ProbedProvider } from './probedProvider.ts';
import { selfTest } from './selfTest.ts';
import { tensorflowAbsence } from './tfjs/absence.ts';
import { trainingSpeed, type SpeedNetwork } from './trainingSpeed.ts';

/**
 * Opens a device, compares what it computes with the CPU, and measures how fast it trains.
 * A broken driver may end the process: call this in one that may die.
 */
export async function probeProvider(name: Device, network: SpeedNetwork): Promise<ProbedProvider> {
  const nothing = {
    name,
    usable: false,
    absent: null,
    device: '',
    software: false,
    note: null,
    how: null,
    imagesPerSecond: null,
  };
  const absence = name === 'tensorflow' ? tensorflowAbsence() : onnxAbsence(name);
  if (absence !== null) return { ...nothing, ...absence };
  const { name: device, software } = await (name === 'tensorflow' ? anyCard() : onnxProviders[name].find());
  try {
    const difference = await selfTest(name);
    if (difference !== null) return { ...nothing, device, software, note: difference };
    const usable = { ...nothing, usable: true, device, software };
    if (software) return { ...usable, note: 'a software renderer: correct, but slower than the processor' };
    return { ...usable, imagesPerSecond: await trainingSpeed(name, network) };
  } catch (error) {
    return { ...nothing, note: reasonOf(error) };
  }
}
