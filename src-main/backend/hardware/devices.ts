import { UserError } from '../../base/errors.ts';
import { deviceNames } from '../../contract/deviceNames.ts';
import type { Hardware, Provider } from '../../contract/values/hardware.ts';
import { InferenceDevice, type Device, type ResolvedDevice } from '../../contract/values/run.ts';
import type { HardwareFinder } from './finder.ts';

/** How many times as fast as the processor another device has to be before `auto` takes it; less is within the noise. */
const CLEARLY = 1.1;

/** The fastest device that is usable and no software GPU; the processor where nothing is. */
export function fastest(providers: readonly Provider[]): ResolvedDevice {
  const handicapped = ({ name, imagesPerSecond }: Provider) =>
    (imagesPerSecond ?? 0) * (name === 'cpu' ? CLEARLY : 1);
  const [best] = providers
    .filter(({ usable, software }) => usable && !software)
    .toSorted((a, b) => handicapped(b) - handicapped(a));
  return best?.name ?? 'cpu';
}

/** What `auto` stands for, in training and for finished models. A choice that is not usable (any more) does not count. */
export function automatic(providers: readonly Provider[], chosen: Device) {
  const runs = (device: ResolvedDevice) => providers.some(({ name, usable }) => name === device && usable);
  const auto = chosen !== 'auto' && runs(chosen) ? chosen : fastest(providers);
  const inference = InferenceDevice.safeParse(auto);
  const fastestInference = fastest(providers.filter(({ name }) => InferenceDevice.safeParse(name).success));
  return { auto, autoInference: inference.data ?? InferenceDevice.parse(fastestInference) };
}

/** Why a device cannot be used on this computer, as a sentence; null where it can. */
export function problemWith(providers: readonly Provider[], device: ResolvedDevice): string | null {
  const provider = providers.find(({ name }) => name === device);
  if (provider?.usable) return null;
  const reason = (provider?.note ?? 'it was not found').replace(/\.$/, '');
  return `This computer cannot use ${deviceNames[device]}. ${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

/**
 * The device that a run is to use.
 * @throws UserError where that one is not usable here: nothing falls back from one device to another.
 */
function resolveDevice({ auto, providers }: Hardware, device: Device): ResolvedDevice {
  if (device === 'auto') return auto;
  const problem = problemWith(providers, device);
  if (problem !== null) throw new UserError(`${problem} Choose another device.`);
  return device;
}

/** The same, found out when it is needed: the processor is there without a test. */
export async function deviceFor(hardware: HardwareFinder, device: Device): Promise<ResolvedDevice> {
  return device === 'cpu' ? device : resolveDevice(await hardware.get(), device);
}

/** Where the networks that are trained on a device are run: TensorFlow only trains. */
export async function inferenceDeviceFor(
  hardware: HardwareFinder,
  device: ResolvedDevice,
): Promise<InferenceDevice> {
  return device === 'tensorflow' ? (await hardware.get()).autoInference : device;
}

/** @throws UserError where a device is not usable here */
export async function checkDevice(hardware: HardwareFinder, device: Device): Promise<void> {
  if (device !== 'auto') await deviceFor(hardware, device);
}
