import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src-main/base/random.ts';
import {
  averagePrecision,
  meanOfDefined,
} from '../../../../src-main/training/pretraining/averagePrecision.ts';
import { segmentationScores } from '../../../../src-main/training/pretraining/meanIou.ts';
import { multilabel } from '../../../../src-main/training/pretraining/multilabel.ts';
import type { PretrainImage } from '../../../../src-main/training/pretraining/objective.ts';
import { countPixels, predictedClasses } from '../../../../src-main/training/pretraining/pixels.ts';
import { segmentation } from '../../../../src-main/training/pretraining/segmentation.ts';

describe('averagePrecision', () => {
  it('is scikit-learn’s: the example of its documentation', () => {
    expect(averagePrecision([0.1, 0.4, 0.35, 0.8], [false, false, true, true])).toBeCloseTo(0.8333333333, 9);
  });

  it('takes equal scores as one threshold, in whatever order they come', () => {
    // thresholds 2, 1, 0: recalls 1/3, 2/3, 1 at precisions 1/1, 2/4, 3/6
    const scores = [1, 2, 1, 1, 0, 0];
    const truths = [true, true, false, false, true, false];
    expect(averagePrecision(scores, truths)).toBeCloseTo((1 + 0.5 + 0.5) / 3, 12);
    expect(averagePrecision(scores.toReversed(), truths.toReversed())).toBeCloseTo((1 + 0.5 + 0.5) / 3, 12);
    expect(averagePrecision([7, 7, 7, 7], [true, false, false, false])).toBe(0.25);
  });

  it('agrees with the definition, summed threshold by threshold', () => {
    const random = Random.from(3, 'average precision');
    const scores = Array.from({ length: 60 }, () => random.integer(20));
    const truths = Array.from({ length: 60 }, () => random.uniform() < 0.3);
    const all = truths.filter(Boolean).length;
    let [expected, before] = [0, 0];
    for (const threshold of [...new Set(scores)].sort((a, b) => b - a)) {
      const chosen = truths.filter((_, i) => (scores[i] ?? 0) >= threshold);
      const hits = chosen.filter(Boolean).length;
      expected += (hits / all - before) * (hits / chosen.length);
      before = hits / all;
    }
    expect(averagePrecision(scores, truths)).toBeCloseTo(expected, 12);
  });

  it('is 1 where every item is positive, and not defined where none is', () => {
    expect(averagePrecision([1, 2], [true, true])).toBe(1);
    expect(averagePrecision([1, 2], [false, false])).toBeNull();
    expect(meanOfDefined([0.5, null, 1])).toBe(0.75);
    expect(meanOfDefined([null])).toBe(0);
  });
});

describe('segmentationScores', () => {
  it('is the mean over the classes that occur, as truth or as prediction', () => {
    // class 3 occurs nowhere; class 2 only as a (wrong) prediction
    const confusion = Float64Array.from([50, 10, 0, 0, 5, 30, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const { perClass, meanIou, pixelAccuracy } = segmentationScores(confusion, 4);
    expect(perClass).toEqual([50 / 65, 30 / 50, 0, null]);
    expect(meanIou).toBeCloseTo((50 / 65 + 30 / 50) / 3, 12);
    expect(pixelAccuracy).toBe(0.8);
  });

  it('has nothing to say about no pixels', () => {
    expect(segmentationScores(new Float64Array(4), 2)).toEqual({
      meanIou: 0,
      perClass: [null, null],
      pixelAccuracy: 0,
    });
  });
});

describe('pixels', () => {
  // an image of 3 x 2 in a square of 4; logits of 2 classes
  const placement = { side: 4, width: 3, height: 2 };
  const logits = Float32Array.from({ length: 32 }, (_, i) => Math.sin(i * 1.7) * 3);
  const at = (c: number, x: number, y: number) => logits[c * 16 + y * 4 + x] ?? 0;

  it('takes the larger logit of each pixel of the image, and leaves the padding out', () => {
    const predicted = predictedClasses(logits, 2, placement);
    expect([...predicted]).toEqual(
      [0, 1].flatMap((y) => [0, 1, 2].map((x) => (at(1, x, y) > at(0, x, y) ? 1 : 0))),
    );
    expect(predictedClasses(new Float32Array(32), 2, placement)).toEqual(new Uint8Array(6));
  });

  it('counts no ignored pixel, and sums the cross-entropy of the others', () => {
    const mask = new Int32Array(16).fill(255);
    mask.set([0, 1, 255], 0);
    mask.set([1, 255, 0], 4);
    const confusion = new Float64Array(4);
    const predicted = predictedClasses(logits, 2, placement);
    const { loss, pixels } = countPixels(logits, mask, predicted, 2, placement, confusion);
    const counted = [
      [0, 0, 0],
      [1, 0, 1],
      [0, 1, 1],
      [2, 1, 0],
    ] as const;
    const expected = counted.map(
      ([x, y, t]) => -Math.log(Math.exp(at(t, x, y)) / (Math.exp(at(0, x, y)) + Math.exp(at(1, x, y)))),
    );
    expect(pixels).toBe(4);
    expect(loss).toBeCloseTo(
      expected.reduce((a, b) => a + b),
      9,
    );
    expect(confusion.reduce((a, b) => a + b)).toBe(4);
    for (const [x, y, t] of counted)
      expect(confusion[t * 2 + (predicted[y * 3 + x] ?? 0)]).toBeGreaterThan(0);
  });
});

const image = (labels: number[], width = 1, height = 1): PretrainImage => ({
  ...{ id: 1, image: '', mask: null, labels, width, height },
});

describe('objectives', () => {
  it('target the labels without the background, and the masks as they are', () => {
    const batch = { images: new Float32Array(), masks: Int32Array.of(0, 1, 255) };
    expect([...multilabel(3).targets([image([1, 3]), image([2])], batch)]).toEqual([1, 0, 1, 0, 1, 0]);
    expect([...segmentation(3).targets([image([])], batch)]).toEqual([0, 1, 255]);
  });

  it('score labels by mean average precision and mean binary cross-entropy', () => {
    const scoring = multilabel(2).scoring();
    const seen = scoring.add(image([1]), Float32Array.of(2, -1), new Int32Array(), 1);
    scoring.add(image([]), Float32Array.of(-3, 500), new Int32Array(), 1);
    expect(seen.scores?.[0]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
    const { loss, score, perClass } = scoring.scores();
    expect(perClass).toEqual([1, null]);
    expect(score).toBe(1);
    const expected = [Math.log1p(Math.exp(-2)), Math.log1p(Math.exp(-1)), Math.log1p(Math.exp(-3)), 500];
    expect(loss).toBeCloseTo(expected.reduce((a, b) => a + b) / 4, 5);
  });

  it('score masks over all pixels of all images together', () => {
    const scoring = segmentation(2).scoring();
    // one image of 4 pixels all right, one of 1 pixel wrong: pooled, not averaged by image
    scoring.add(image([], 2, 2), Float32Array.of(9, 9, 9, 9, 0, 0, 0, 0), new Int32Array(4), 2);
    const { mask } = scoring.add(
      image([], 1, 1),
      Float32Array.of(0, 0, 0, 0, 9, 0, 0, 0),
      new Int32Array(4),
      2,
    );
    expect(mask).toEqual(Uint8Array.of(1));
    expect(scoring.scores()).toMatchObject({ perClass: [0.8, 0], score: 0.4, pixelAccuracy: 0.8 });
  });
});
