import { describe, expect, it } from 'vitest';
import { pretrainHints } from '../../../../src-main/training/pretraining/hints.ts';

const validation = {
  ...{ iteration: 6000, loss: 1, score: 0.5, perClass: [], pixelAccuracy: null, n: 10, seconds: 1 },
  ...{ best: true, pictures: [] },
};
const facts = {
  config: { iterations: 6000, validateEvery: 1000, kind: 'classification' as const },
  validation,
  iteration: 6000,
  damaged: [],
  everywhere: [],
};

describe('the hints of a pre-training', () => {
  it('are none where there is nothing to say', () => expect(pretrainHints(facts)).toEqual([]));

  it('say that a class shown by every validation image cannot be ranked', () =>
    expect(pretrainHints({ ...facts, everywhere: ['sky', 'road'] })).toEqual([
      'Every validation image shows sky, road: their average precision is 100 % whatever the network says.',
    ]));

  it('tell few iterations, kept earlier weights and missing validation images', () => {
    const few = { ...facts.config, iterations: 100 };
    expect(pretrainHints({ ...facts, config: few, iteration: 50 })).toEqual([
      expect.stringMatching(/^100 iterations are few/),
      expect.stringMatching(/^The weights after iteration 50 were kept/),
    ]);
    expect(pretrainHints({ ...facts, validation: null })).toEqual([
      expect.stringMatching(/^There were no validation images/),
    ]);
  });
});
