import { expect, it } from 'vitest';
import { workerKinds } from '../../../src-main/contract/worker.ts';
import { benchTask } from '../../../src-main/workers/bench.ts';

it('measures training and inference', async () => {
  const fractions: number[] = [];
  const context = {
    signal: new AbortController().signal,
    progress: ({ fraction }: { fraction: number }) => fractions.push(fraction),
    event: () => {},
  };
  const rows = workerKinds.bench.result.parse(await benchTask({ withPeer: false, seconds: 0.1 }, context));
  expect(rows.map(({ work }) => work)).toEqual([
    'training resnet34 96 px batch 16',
    'inference resnet34 96 px batch 16',
  ]);
  for (const { engine, device, ours, peer, ratio } of rows) {
    expect([engine, peer, ratio]).toEqual(['onnxruntime', null, null]);
    expect(device).not.toBe('');
    expect(ours.imagesPerSecond).toBeGreaterThan(0.1);
    // ResNet-34's weights alone are 85 MB.
    expect(ours.peakMemoryMB).toBeGreaterThan(85);
  }
  expect(fractions).toEqual([0, 0.25, 0.5, 0.75]);
});

it('ends at once when it is cancelled', async () => {
  const cancel = new AbortController();
  const context = {
    signal: cancel.signal,
    progress: () => setTimeout(() => cancel.abort(), 50),
    event: () => {},
  };
  await expect(benchTask({ withPeer: false, seconds: 60 }, context)).rejects.toThrow('aborted');
});
