/** Counts of pixels [true class, predicted class], row-major; float64, because a validation set has more than 2^32 of them. */
export type PixelConfusion = Float64Array;

export interface SegmentationScores {
  /** Of the classes that occur, as truth or as prediction; 0 where none does. */
  readonly meanIou: number;
  /** Intersection over union of each class; null for one that occurs neither as truth nor as prediction. */
  readonly perClass: readonly (number | null)[];
  /** Share of the pixels whose class is right; 0 without pixels. */
  readonly pixelAccuracy: number;
}

/** Mean intersection over union from counts gathered over all images, as VOC's own evaluation. */
export function segmentationScores(confusion: PixelConfusion, classes: number): SegmentationScores {
  const truth = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  for (let row = 0; row < classes; row++)
    for (let column = 0; column < classes; column++) {
      const count = confusion[row * classes + column] ?? 0;
      truth[row] = (truth[row] ?? 0) + count;
      predicted[column] = (predicted[column] ?? 0) + count;
    }
  const hits = Float64Array.from({ length: classes }, (_, c) => confusion[c * classes + c] ?? 0);
  const perClass = Array.from(hits, (hit, c) => {
    const union = (truth[c] ?? 0) + (predicted[c] ?? 0) - hit;
    return union === 0 ? null : hit / union;
  });
  const occurring = perClass.filter((iou) => iou !== null);
  const total = sum(truth);
  return {
    meanIou: occurring.length === 0 ? 0 : sum(occurring) / occurring.length,
    perClass,
    pixelAccuracy: total === 0 ? 0 : sum(hits) / total,
  };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
