import { NO_SCORE } from '../../src-main/contract/images.ts';
import { classRgb } from '../../src-main/contract/palette.ts';

/** The scores of a prediction as the backend sends them: `rows x columns x classes` bytes, 254 = 1, NO_SCORE = none. */
export interface ScoreMap {
  readonly columns: number;
  readonly rows: number;
  readonly classes: number;
  readonly bytes: Uint8Array;
}

/** Which score the map shows: of one class, or of each patch's most probable class (null). */
export type ClassChoice = number | null;

export const HISTOGRAM_BINS = 32;

export interface ScoreSummary {
  /** Patches that have a score. */
  scored: number;
  /** Patches whose shown score reaches the threshold; by class when each patch shows its most probable one. */
  shown: number[];
  /** Shown scores in bins of equal width over 0–1. */
  histogram: number[];
}

/** Calls `visit` for every patch that has a score with the class and the byte (0–254) that the choice shows for it. */
function forEachShown(
  { bytes, classes }: ScoreMap,
  choice: ClassChoice,
  visit: (patch: number, classIndex: number, byte: number) => void,
): void {
  const patches = bytes.length / classes;
  for (let patch = 0; patch < patches; patch++) {
    const start = patch * classes;
    if (bytes[start] === NO_SCORE) continue;
    let shown = choice ?? 0;
    if (choice === null)
      for (let index = 1; index < classes; index++)
        if ((bytes[start + index] ?? 0) > (bytes[start + shown] ?? 0)) shown = index;
    visit(patch, shown, bytes[start + shown] ?? 0);
  }
}

/** Counts for legend and histogram. @param threshold 0–1 */
export function summarise(map: ScoreMap, choice: ClassChoice, threshold: number): ScoreSummary {
  const summary: ScoreSummary = {
    scored: 0,
    shown: Array.from({ length: map.classes }, () => 0),
    histogram: Array.from({ length: HISTOGRAM_BINS }, () => 0),
  };
  const least = threshold * 254;
  forEachShown(map, choice, (_patch, classIndex, byte) => {
    summary.scored++;
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.floor((byte / 254) * HISTOGRAM_BINS));
    summary.histogram[bin] = (summary.histogram[bin] ?? 0) + 1;
    if (byte >= least) summary.shown[classIndex] = (summary.shown[classIndex] ?? 0) + 1;
  });
  return summary;
}

/**
 * The heat map, one RGBA pixel per patch, row-major: the class's colour, as opaque as the score is high. Transparent where there is
 * no score and below the threshold (0–1).
 */
export function paintScores(
  map: ScoreMap,
  choice: ClassChoice,
  threshold: number,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(map.columns * map.rows * 4);
  const colours = Array.from({ length: map.classes }, (_, index) => classRgb(index));
  const least = threshold * 254;
  forEachShown(map, choice, (patch, classIndex, byte) => {
    if (byte < least) return;
    pixels.set(colours[classIndex] ?? [0, 0, 0], patch * 4);
    pixels[patch * 4 + 3] = Math.round((byte / 254) * 255);
  });
  return pixels;
}
