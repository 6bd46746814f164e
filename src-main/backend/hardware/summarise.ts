import { deviceNames, deviceTitle } from '../../contract/deviceNames.ts';
import type { Hardware } from '../../contract/values/hardware.ts';
import { problemWith } from './devices.ts';

type Found = Pick<
  Hardware,
  'providers' | 'cpu' | 'cores' | 'defaultDevice' | 'fastest' | 'auto' | 'autoInference'
>;

/** In plain sentences: what is used, whether that is a GPU, and what it means. */
export function summarise(found: Found): string {
  return [lostChoice(found), use(found), faster(found)].filter((sentence) => sentence !== null).join(' ');
}

/** The user's choice, where it cannot be followed. */
function lostChoice({ providers, defaultDevice }: Found): string | null {
  const problem = defaultDevice === 'auto' ? null : problemWith(providers, defaultDevice);
  return (
    problem && `${problem} It was chosen as default; until it works again, the fastest other device is used.`
  );
}

function use({ providers, cpu, cores, auto, autoInference }: Found): string {
  const card = providers.find(({ name }) => name === auto)?.device;
  if (auto !== autoInference)
    return `Training runs on ${deviceNames[auto]}, classification on ${deviceNames[autoInference]}.`;
  if (auto !== 'cpu') return `Training and classification run on ${deviceNames[auto]}: ${card}.`;
  const processor = `the processor (${cpu}, ${cores} cores)`;
  const meaning = 'A run on a few dozen labels per class takes minutes there; larger ones take hours.';
  if (providers.some(({ usable, software }) => usable && software))
    return `Only a software GPU was found, which is slower than ${processor}: everything runs on the processor. ${meaning}`;
  return `No GPU is used: everything runs on ${processor}. ${meaning}`;
}

/** What another choice would bring. */
function faster({ providers, fastest, auto }: Found): string | null {
  const speed = (device: string) => providers.find(({ name }) => name === device)?.imagesPerSecond ?? null;
  const [best, used] = [speed(fastest), speed(auto)];
  if (fastest === auto || best === null || used === null) return null;
  return `${deviceTitle(fastest)}, which is not used, is ${(best / used).toFixed(1)} times as fast.`;
}
