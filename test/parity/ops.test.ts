import { describe, expect, it } from 'vitest';
import { deviating } from './fixture.ts';
import { runOneOp, type OneOpOptions } from './oneOp.ts';
import { loadOpCases } from './opFixture.ts';

/**
 * In units of each tensor's largest value, against PyTorch in float64. PyTorch's own float32 deviates by up to 6e-7; sums of some
 * hundred products in another order, by a few times that.
 */
const TOLERANCE = 3e-6;

const cases = loadOpCases();

const forms: [string, OneOpOptions][] = [
  ['compiled for the CPU', { target: 'cpu', device: 'cpu' }],
  ['compiled for WebGPU', { target: 'webgpu', device: 'cpu' }],
];

describe.each(forms)('%s, forward and backward agree with PyTorch', (_, options) => {
  it.each(cases.map((tested) => [tested.name, tested] as const))('%s', async (_name, tested) => {
    const computed = await runOneOp(tested, options);
    expect([...computed.keys()].toSorted()).toEqual([...tested.expected.keys()].toSorted());
    expect(deviating(computed, tested.expected, TOLERANCE)).toEqual([]);
  });
});

describe('exported, for any batch size', () => {
  const forward = cases.filter(
    ({ training, expected, mask }) =>
      mask === undefined && !(training && expected.has('statistic.running_mean')),
  );
  it.each(forward.map((tested) => [tested.name, tested] as const))('%s', async (_name, tested) => {
    const computed = await runOneOp(tested, { target: 'cpu', device: 'cpu', exported: true });
    const y = new Map([...tested.expected].filter(([key]) => key === 'y'));
    expect([...computed.keys()]).toEqual(['y']);
    expect(deviating(computed, y, TOLERANCE)).toEqual([]);
  });
});
