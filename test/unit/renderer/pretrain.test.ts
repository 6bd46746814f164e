import { describe, expect, it } from 'vitest';
import { presetConfig, pretrainPreset } from '../../../src-main/contract/pretrainPresets.ts';
import type { ValidationRow } from '../../../src-main/contract/values/pretraining.ts';
import {
  bestMarks,
  binned,
  binSize,
  isWide,
  lossLines,
  scoreLines,
} from '../../../src-renderer/pretrain/curveLines.ts';
import { maskShares } from '../../../src-renderer/pretrain/maskShares.ts';
import { changedFrom, withKind } from '../../../src-renderer/pretrain/presetValues.ts';
import { reasonOf } from '../../../src-renderer/pretrain/reasons.ts';
import { scoredClasses } from '../../../src-renderer/pretrain/scoredClasses.ts';

const steps = (...losses: number[]) =>
  losses.map((loss, index) => ({ iteration: index + 1, loss, learningRate: 1e-3 }));

const validation = (iteration: number, score: number, best: boolean): ValidationRow => ({
  ...{ iteration, score, best, n: 4, loss: 1 / score, perClass: [], pixelAccuracy: score / 2 },
  ...{ seconds: 1, pictures: [] },
});

describe('the loss of single iterations', () => {
  it('is averaged over bins that lie where they lie', () => {
    expect(binned(steps(1, 3, 5, 7, 9), 2)).toEqual({ xs: [2, 4, 5], ys: [2, 6, 9] });
    expect(binned(steps(1, 3, 5), 2)).toEqual({ xs: [2, 3], ys: [2, 5] });
    expect(binned(steps(4, 2), 1)).toEqual({ xs: [1, 2], ys: [4, 2] });
    expect(binned([], 3)).toEqual({ xs: [], ys: [] });
  });

  it('begins anew where a history begins later', () => {
    const late = steps(1, 2, 3, 4, 5).slice(2);
    expect(binned(late, 4)).toEqual({ xs: [4, 5], ys: [3.5, 5] });
  });

  it('never has more points than a chart can show', () => {
    expect(binSize(40_000, 600)).toBe(67);
    expect(binned(steps(...Array.from({ length: 4000 }, () => 1)), binSize(4000, 600)).xs.length).toBe(572);
    expect(binSize(30, 600)).toBe(1);
  });
});

describe('the curves of a pre-training', () => {
  const drawn = {
    steps: steps(3, 2, 1),
    validations: [validation(2, 0.2, true), validation(3, 0.1, false)],
    iterations: 3,
    colour: '#000',
  };

  it('show iterations faintly and validations full', () => {
    const [each, validated] = lossLines(drawn);
    expect(each).toMatchObject({ label: 'each iteration', style: 'faint', ys: [3, 2, 1] });
    expect(validated).toMatchObject({ label: 'validation', style: 'full', xs: [2, 3], ys: [5, 10] });
  });

  it('add the trend where single iterations are many', () => {
    const lines = lossLines({ ...drawn, iterations: 40_000 });
    expect(lines.map(({ label }) => label)).toEqual([
      'mean of 67 iterations',
      'training, mean of 1000',
      'validation',
    ]);
  });

  it('name the score, and the right pixels of a segmentation alone', () => {
    expect(scoreLines('mIoU', drawn).map(({ ys }) => ys)).toEqual([
      [0.2, 0.1],
      [0.1, 0.05],
    ]);
    const labels = drawn.validations.map((row) => ({ ...row, pixelAccuracy: null }));
    expect(scoreLines('mAP', { ...drawn, validations: labels }).map(({ label }) => label)).toEqual(['mAP']);
  });

  it('want a logarithmic axis where one loss dwarfs the others', () => {
    expect(isWide(lossLines(drawn))).toBe(false);
    const burst = validation(1, 1 / 6000, false);
    expect(isWide(lossLines({ ...drawn, validations: [burst, ...drawn.validations] }))).toBe(true);
    expect(isWide(lossLines({ ...drawn, steps: [], validations: [] }))).toBe(false);
  });

  it('mark the best validation', () => {
    expect(bestMarks(drawn)).toMatchObject([{ x: 2, label: 'best: iteration 2' }]);
    expect(bestMarks({ ...drawn, validations: [] })).toEqual([]);
  });
});

describe('the values of a recipe', () => {
  const config = presetConfig('paper', 'segmentation', 7);

  it('are told from those that were changed', () => {
    const preset = pretrainPreset('paper', 'segmentation');
    expect(changedFrom(preset, config)).toEqual([]);
    const changed = { ...config, iterations: 50, rescale: [0.5, 2] as [number, number] };
    expect(changedFrom(preset, changed).toSorted()).toEqual(['iterations', 'rescale']);
  });

  it('follow another kind, but for what was changed', () => {
    const other = withKind({ ...config, iterations: 50 }, 'paper', 'classification');
    expect(other).toEqual({ ...config, kind: 'classification', iterations: 50, headLearningRateFactor: 1 });
    const kept = withKind({ ...config, headLearningRateFactor: 3 }, 'paper', 'classification');
    expect(kept.headLearningRateFactor).toBe(3);
  });

  it('say what they are and where they are from', () => {
    const preset = pretrainPreset('paper', 'segmentation');
    expect(reasonOf(preset, 'iterations')).toEqual({ why: '40,000: the paper’s length.', source: 'paper' });
    expect(reasonOf(preset, 'batchSize').source).toBe('public trainers');
    expect(reasonOf(preset, 'rescale').why).toMatch(/^0\.5 to 1\.5: /);
  });
});

describe('the classes of a picture', () => {
  it('are all that it shows and the highest scores, by score', () => {
    const names = ['cat', 'dog', 'cow', 'bus'];
    expect(scoredClasses([0.1, 0.9, 0.5, 0.3], names, [1], 2)).toEqual([
      { index: 2, name: 'dog', score: 0.9, shown: false },
      { index: 3, name: 'cow', score: 0.5, shown: false },
      { index: 1, name: 'cat', score: 0.1, shown: true },
    ]);
  });

  it('are read from a coloured mask, the largest first', () => {
    const [clear, first, second] = [
      [0, 0, 0, 0],
      [128, 0, 0, 255],
      [0, 128, 0, 255],
    ];
    const pixels = [clear, second, second, second, first, second, clear, second].flat();
    expect(maskShares(pixels, 3)).toEqual([
      { index: 2, share: 5 / 8 },
      { index: 0, share: 2 / 8 },
      { index: 1, share: 1 / 8 },
    ]);
  });
});
