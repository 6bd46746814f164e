import { describe, expect, it } from 'vitest';
import { confusionMatrix, macroF1Of } from '../../../src-main/training/confusion.ts';
import { measure } from '../../../src-main/training/metrics.ts';
import { macroRocAuc } from '../../../src-main/training/rocAuc.ts';
import { argmaxRows, crossEntropy, softmax } from '../../../src-main/training/softmax.ts';

/*
 * The expected numbers are scikit-learn 1.9.1's (precision_recall_fscore_support, f1_score, confusion_matrix,
 * roc_auc_score) and torch 2.13's (cross_entropy in float64) on the same logits; ECE by Guo et al.'s formula in numpy.
 */

/** Logits that numpy builds equally: 40 rows of 4 classes, class 3 never true, every other row pushed to the truth. */
function fixture() {
  const targets = Array.from({ length: 40 }, (_, i) => (i * 5 + Math.floor(i / 7)) % 3);
  const logits = new Float32Array(160);
  targets.forEach((target, i) => {
    for (let c = 0; c < 4; c++)
      logits[i * 4 + c] =
        ((i * 7 + c * 13 + ((i * i * c) % 11)) % 17) / 4 - 2 + (i % 2 === 0 && c === target ? 2 : 0);
  });
  return { logits, targets };
}

describe('measure', () => {
  const { logits, targets } = fixture();
  const metrics = measure(logits, targets, 4);

  it('agrees with scikit-learn and PyTorch', () => {
    expect(metrics.n).toBe(40);
    expect(metrics.loss).toBeCloseTo(1.6127978856272378, 12);
    expect(metrics.accuracy).toBeCloseTo(0.475, 12);
    expect(metrics.macroF1).toBeCloseTo(0.4197994987468671, 12);
    expect(metrics.confusion).toEqual([
      [8, 5, 0, 4],
      [2, 5, 1, 3],
      [1, 0, 6, 5],
      [0, 0, 0, 0],
    ]);
    const column = (key: 'precision' | 'recall' | 'f1') => metrics.perClass.map((row) => row[key]);
    expect(column('precision')).toEqual([8 / 11, 0.5, 6 / 7, 0]);
    expect(column('recall')).toEqual([8 / 17, 5 / 11, 0.5, 0]);
    expect(column('f1')).toEqual([4 / 7, 10 / 21, 12 / 19, 0]);
    expect(metrics.perClass.map(({ support }) => support)).toEqual([17, 11, 12, 0]);
    expect(metrics.rocAuc).toBeCloseTo(0.6831346987252491, 12);
    expect(metrics.ece).toBeCloseTo(0.3054160140454769, 12);
  });

  it('is defined for no patches and for one class alone', () => {
    expect(measure(new Float32Array(), [], 3)).toMatchObject({
      n: 0,
      loss: 0,
      accuracy: 0,
      macroF1: 0,
      ece: 0,
    });
    const alone = measure(new Float32Array([2, 0, 1, 0]), [0, 0], 2);
    expect(alone).toMatchObject({ accuracy: 1, macroF1: 1, rocAuc: null });
  });
});

describe('the parts of the metrics', () => {
  it('averages tied ranks in ROC-AUC', () => {
    // roc_auc_score([0,0,1,1,1,0], [.1,.4,.4,.8,.4,.4]) and the multi-class example, both from scikit-learn
    const binary = [0.1, 0.4, 0.4, 0.8, 0.4, 0.4].flatMap((p) => [1 - p, p]);
    expect(macroRocAuc(Float32Array.from(binary), [0, 0, 1, 1, 1, 0], 2)).toBeCloseTo(7 / 9, 6);
    const three = [
      0.5, 0.3, 0.2, 0.2, 0.5, 0.3, 0.2, 0.3, 0.5, 0.3, 0.4, 0.3, 0.5, 0.25, 0.25, 0.25, 0.25, 0.5,
    ];
    expect(macroRocAuc(Float32Array.from(three), [0, 1, 2, 0, 1, 2], 3)).toBeCloseTo(0.7916666667, 9);
  });

  it('leaves classes that never occur out of macro-F1, but not those that are only predicted', () => {
    expect(macroF1Of(confusionMatrix([0, 0, 1, 1], [0, 0, 1, 0], 3))).toBeCloseTo(0.7333333333333334, 12);
    expect(macroF1Of(confusionMatrix([0, 0, 1, 1], [0, 0, 1, 2], 3))).toBeCloseTo(0.5555555555555555, 12);
  });

  it('keeps softmax and loss finite for large logits', () => {
    const logits = new Float32Array([1000, -1000, 0, 0]);
    expect([...softmax(logits, 2)]).toEqual([1, 0, 0.5, 0.5]);
    expect(crossEntropy(logits, [1, 0], 2)).toBeCloseTo((2000 + Math.log(2)) / 2, 9);
  });

  it('takes the first of equal scores', () => {
    expect([...argmaxRows(new Float32Array([1, 3, 3, 2, 2, 1]), 3)]).toEqual([1, 0]);
  });
});
