import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runDefaults } from '../../../src-main/contract/defaults.ts';
import { workerKinds } from '../../../src-main/contract/worker.ts';
import { benchTask } from '../../../src-main/workers/bench.ts';
import { tessera } from '../../../src-main/workers/bench/contestants.ts';
import { withPatches } from '../../../src-main/workers/bench/patches.ts';
import { benchSpec } from '../../support/benchSpec.ts';

const signal = new AbortController().signal;
const tiny = { name: 'tiny', network: 'resnet18', imageSize: 32, batchSize: 2 } as const;
const task = {
  device: 'cpu',
  threads: 1,
  warmUp: 1,
  steps: 3,
  seconds: 0,
  batches: 1,
  patches: null,
} as const;

describe('a measuring process', () => {
  it.each(['training', 'inference'] as const)('takes the steps of a tiny %s', async (kind) => {
    const measured = await tessera.measure({ ...task, work: { ...tiny, kind } }, signal);
    expect(measured).toMatchObject({ name: 'onnxruntime', version: expect.stringMatching(/^\d+\./) });
    expect(measured?.milliseconds).toHaveLength(3);
    expect(Math.min(...(measured?.milliseconds ?? []))).toBeGreaterThan(0);
    expect(measured?.peakMemoryMB).toBeGreaterThan(45); // the weights of ResNet-18
  });

  it('reads synthetic JPEG files, which are gone afterwards', async () => {
    const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('tessera-bench-'));
    const before = folders();
    const measured = await withPatches(32, signal, (folder) => {
      expect(readdirSync(folder)).toHaveLength(320);
      const patches = { folder, augmentation: runDefaults.augmentation.value };
      const work = { ...tiny, kind: 'pipeline', network: null } as const;
      return tessera.measure({ ...task, work, batches: 2, patches }, signal);
    });
    expect(measured).toMatchObject({ name: 'sharp' });
    expect(measured?.milliseconds).toHaveLength(3);
    expect(folders()).toEqual(before);
  });

  it('that fails says what was measured', async () => {
    const work = { ...tiny, kind: 'training', imageSize: 0 } as const;
    await expect(tessera.measure({ ...task, work }, signal)).rejects.toThrow(
      /“tiny” with Tessera failed: .+/,
    );
  });
});

describe('the benchmark', () => {
  it('reports each measurement and gives a row for each work', async () => {
    const messages: string[] = [];
    const context = {
      signal,
      progress: ({ fraction, message }: { fraction: number; message: string }) =>
        messages.push(`${fraction} ${message}`),
      event: () => {},
    };
    const work = 'training resnet34 96 px batch 16';
    const rows = workerKinds.bench.result.parse(
      await benchTask(benchSpec({ works: [work], rounds: 2 }), context),
    );
    expect(rows).toMatchObject([
      { work, engine: 'onnxruntime', device: 'some processor', peer: null, ratio: null },
    ]);
    expect(rows[0]?.ours.imagesPerSecond).toBeGreaterThan(0.1);
    expect(messages).toEqual([`0 ${work}: Tessera, round 1 of 2`, `0.5 ${work}: Tessera, round 2 of 2`]);
  });

  it('ends at once when it is cancelled', async () => {
    const cancel = new AbortController();
    const context = {
      signal: cancel.signal,
      progress: () => setTimeout(() => cancel.abort(), 50),
      event: () => {},
    };
    const spec = benchSpec({ works: ['training resnet34 96 px batch 16'], seconds: 60 });
    await expect(benchTask(spec, context)).rejects.toThrow('aborted');
  });
});
