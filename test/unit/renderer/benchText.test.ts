import { expect, it } from 'vitest';
import { meaning } from '../../../src-renderer/hardware/benchText.ts';

const speed = (imagesPerSecond: number) => ({ imagesPerSecond, peakMemoryMB: 0 });

it('says what a training speed means: 8 classes x 25 patches x 60 epochs = 12,000 images', () => {
  expect(meaning({ work: 'training resnet34', ours: speed(10) })).toContain('about 20 minutes');
  expect(meaning({ work: 'training resnet34', ours: speed(0.2) })).toContain('about 17 hours');
  expect(meaning({ work: 'training resnet34', ours: speed(1000) })).toContain('less than a minute');
});

it('says what an inference speed means: 15,000 patches', () => {
  expect(meaning({ work: 'inference resnet34', ours: speed(125) })).toContain(
    '15,000 tissue patches: about 2 minutes',
  );
});
