import type { Measurement } from './measurement.ts';

/** Speed and memory of one side, over all its rounds. */
export interface Summary {
  readonly imagesPerSecond: number;
  readonly peakMemoryMB: number | null;
}

/** The median step of all rounds together counts, and the round that needed the most memory. */
export function summarise(rounds: readonly Measurement[], imagesPerStep: number): Summary {
  const memory = rounds.flatMap(({ peakMemoryMB }) => peakMemoryMB ?? []);
  return {
    imagesPerSecond: (1000 * imagesPerStep) / median(rounds.flatMap(({ milliseconds }) => milliseconds)),
    peakMemoryMB: memory.length > 0 ? Math.max(...memory) : null,
  };
}

/** The middle value; of an even count the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)] ?? NaN, sorted[Math.ceil(middle)] ?? NaN];
  return (low + high) / 2;
}
