import { expect, it } from 'vitest';
import { benchLines, benchTable } from '../../../src-main/cli/benchTable.ts';

const speed = (imagesPerSecond: number, peakMemoryMB: number | null = null) => ({
  imagesPerSecond,
  peakMemoryMB,
});
const peer = { name: 'PyTorch', version: '2.13' };
const row = { engine: 'onnxruntime', device: 'a CPU', peer: null, ratio: null };
const RESNET34 = 'training resnet34 96 px batch 16'; // at least 0.6x, goal 1.0x; memory at most 1.5x, goal 1.0x

/** Speed and memory of the first work against a peer of 100 images/s and 1000 MB. */
const firstWork = (imagesPerSecond: number, peakMemoryMB: number) =>
  benchLines([
    {
      ...row,
      work: RESNET34,
      ours: speed(imagesPerSecond, peakMemoryMB),
      peer: { ...peer, ...speed(100, 1000) },
    },
  ]);

it.each([
  [59.9, 1501, 'neither', 'neither'],
  [60, 1500, 'must', 'must'],
  [99.9, 1001, 'must', 'must'],
  [100, 1000, 'goal', 'goal'],
])('%d images/s and %d MB', (imagesPerSecond, memory, ofSpeed, ofMemory) => {
  const lines = firstWork(imagesPerSecond, memory);
  expect(lines.map(({ unit, met }) => [unit, met])).toEqual([
    ['images/s', ofSpeed],
    ['MB', ofMemory],
  ]);
  expect(lines.map(({ ratio }) => ratio)).toEqual([imagesPerSecond / 100, memory / 1000]);
});

it('has memory only where it has a target', () => {
  const inference = { ...row, work: 'inference resnet34 224 px batch 32', ours: speed(50, 900) };
  expect(benchLines([inference])).toMatchObject([{ unit: 'images/s', must: 1.2, goal: 1.5 }]);
});

it('leaves open what there is no peer for', () => {
  const [line] = benchLines([{ ...row, work: RESNET34, ours: speed(50, 900) }]);
  expect(line).toMatchObject({ ours: 50, peer: null, ratio: null, met: null });
});

it('prints every must as met or not', () => {
  const [, speedLine, memoryLine] = benchTable(firstWork(59.9, 1000)).split('\n');
  expect(speedLine).toMatch(/images\/s +59\.9 +100 +0\.60x +≥ 0\.6x +≥ 1\.0x +NO +PyTorch 2\.13$/);
  expect(memoryLine).toMatch(/MB +1000 +1000 +1\.00x +≤ 1\.5x +≤ 1\.0x +yes, and the goal +PyTorch 2\.13$/);
});
