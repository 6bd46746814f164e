import { runDefaults } from '../../src-main/contract/defaults.ts';
import type { BenchRow } from '../../src-main/contract/values/hardware.ts';
import { count, plural } from '../ui/format.ts';

/** Classes of the run that the sentence speaks of, as in Kather's colorectal tiles. */
const TYPICAL_CLASSES = 8;
/** Tissue patches of a slide of about 2 cm² at 0.5 µm/px and 224 px per patch. */
const TYPICAL_SLIDE_PATCHES = 15_000;

/** What a measured speed means for a typical piece of work, in words. */
export function meaning({ work, ours }: Pick<BenchRow, 'work' | 'ours'>): string {
  if (work.startsWith('training')) {
    const perClass = runDefaults.perClass.value ?? 25;
    const images = TYPICAL_CLASSES * perClass * runDefaults.epochs.value;
    const run = `${TYPICAL_CLASSES} classes, ${perClass} patches each, ${runDefaults.epochs.value} epochs`;
    return `a run of ${run}: ${spoken(images / ours.imagesPerSecond)}`;
  }
  const slide = spoken(TYPICAL_SLIDE_PATCHES / ours.imagesPerSecond);
  return `a slide with ${count(TYPICAL_SLIDE_PATCHES)} tissue patches: ${slide}, plus reading it`;
}

/** A length of time as one says it: whole minutes, above two hours whole hours. */
function spoken(seconds: number): string {
  if (seconds < 60) return 'less than a minute';
  const minutes = Math.round(seconds / 60);
  return `about ${minutes <= 120 ? plural(minutes, 'minute') : plural(Math.round(minutes / 60), 'hour')}`;
}
