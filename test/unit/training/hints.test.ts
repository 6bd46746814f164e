import { describe, expect, it } from 'vitest';
import { hints, type HintFacts } from '../../../src-main/training/hints.ts';
import { measure } from '../../../src-main/training/metrics.ts';

/** Of n patches of two equally frequent classes, 75 % correct. */
function measured(n: number) {
  const truth = Array.from({ length: n }, (_, i) => i % 2);
  const said = truth.map((own, i) => (i % 4 === 3 ? 1 - own : own));
  return measure(new Float32Array(said.flatMap((index) => (index === 0 ? [1, 0] : [0, 1]))), truth, 2);
}
const metrics = measured(80);

const quiet: HintFacts = {
  test: metrics,
  validation: metrics,
  baseline: { name: 'colour', accuracy: 0.5, macroF1: 0.5 },
  counts: { train: 50, val: 100, test: 4 },
  classes: 2,
  epochs: 10,
  bestEpoch: 7,
  waitFraction: 0.01,
  synthetic: false,
  damaged: [],
  devices: ['cpu'],
};

describe('hints', () => {
  it('says nothing where there is nothing to say', () => {
    expect(hints(quiet)).toEqual([]);
  });

  it('does not speak of colour where what colour reaches may be luck', () => {
    const baseline = { name: '', accuracy: 0.8125, macroF1: 0 };
    expect(hints({ ...quiet, test: measured(16), baseline })).toEqual([]); // luck reaches 50 + 3 x 12.5 %
    expect(hints({ ...quiet, test: measured(24), baseline })).toHaveLength(1); // 50 + 3 x 10.2 %
  });

  it.each<[string, Partial<HintFacts>, RegExp]>([
    [
      'colour alone does better',
      { baseline: { name: '', accuracy: 0.8125, macroF1: 0 } },
      /reaches 81\.3 %.*75\.0 %.*stain/,
    ],
    ['the patches are synthetic', { synthetic: true }, /synthetic/],
    [
      'there is no test',
      { test: null, baseline: null, counts: { train: 50, val: 100, test: 0 } },
      /no test patches/,
    ],
    [
      'validation is small',
      { counts: { train: 50, val: 20, test: 4 } },
      /about 10 patches per class.*5\.0 points/,
    ],
    [
      'there is no validation',
      { validation: null, counts: { train: 50, val: 0, test: 4 }, bestEpoch: 10 },
      /last epoch are used/,
    ],
    ['the last epoch was the best', { bestEpoch: 10 }, /more epochs/],
    ['the engine waited', { waitFraction: 0.25 }, /25\.0 %/],
    [
      'it changed devices',
      { devices: ['webgpu', 'cpu'] },
      /began on the graphics card \(WebGPU\) and went on with the processor/,
    ],
    ['a checkpoint was damaged', { damaged: ['checkpoint-4 (torn)'] }, /damaged.*checkpoint-4 \(torn\)/],
  ])('speaks up where %s', (_, changes, expected) => {
    // prettier-ignore
    const told = hints({ ...quiet, ...changes });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(expected);
  });
});
