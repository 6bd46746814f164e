import { describe, expect, it } from 'vitest';
import { estimateSeconds, measurementsOf } from '../../../src-main/backend/runs/speed.ts';
import { roughly, runName } from '../../../src-main/backend/runs/words.ts';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';

const config = { ...defaultRunConfig(1), epochs: 10 };
const counts = { train: 90, val: 30, test: 0 };

describe('the time that a run takes', () => {
  it('is unknown before anything was measured', () => {
    expect(estimateSeconds(config, counts, [])).toBeNull();
  });

  it('comes from the network most alike', () => {
    const same = { architecture: 'resnet18', width: 64, imageSize: 96, imagesPerSecond: 50 } as const;
    const far = { architecture: 'resnet34', width: 64, imageSize: 224, imagesPerSecond: 1 } as const;
    expect(estimateSeconds(config, counts, [far, same])).toBeCloseTo((10 * (90 + 10)) / 50, 6);
    expect(estimateSeconds(config, counts, [{ ...same, width: 32, imagesPerSecond: 200 }])).toBeCloseTo(
      20,
      6,
    );
  });

  it('can come from the benchmark', () => {
    const row = {
      work: 'training resnet34 96 px batch 16',
      engine: 'onnx',
      device: 'cpu',
      ours: { imagesPerSecond: 20, peakMemoryMB: 1 },
      peer: null,
      ratio: null,
    };
    const [measured] = measurementsOf([], [row, { ...row, work: 'inference resnet34 96 px batch 16' }]);
    expect(measured).toEqual({ architecture: 'resnet34', width: 64, imageSize: 96, imagesPerSecond: 20 });
  });

  it.each([
    [10, 'less than a minute'],
    [65, 'about a minute'],
    [245, 'about 4 minutes'],
    [3 * 3600, 'about 3 hours'],
    [90 * 3600, 'about 4 days'],
  ])('is told roughly: %d s', (seconds, words) => expect(roughly(seconds)).toBe(words));
});

describe('names', () => {
  it('say what a run is', () => {
    expect(runName('crc5', { ...config, perClass: null, width: 16 })).toBe(
      'crc5 · ResNet-18 (width 16) · all labels · seed 1',
    );
  });
});
