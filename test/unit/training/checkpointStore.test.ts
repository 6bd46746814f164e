import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EpochRow } from '../../../src-main/contract/values/run.ts';
import type { Checkpoint } from '../../../src-main/training/checkpoint.ts';
import { CheckpointStore } from '../../../src-main/training/checkpointStore.ts';
import { freshState, runFormat, type TrainingState } from '../../../src-main/training/trainingState.ts';
import { collect, decisive, options } from './fakes.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-checkpoints-'));
});
afterEach(() => rm(folder, { recursive: true }));

const fileOf = (step: number) => `checkpoint-${String(step).padStart(8, '0')}.safetensors`;
const files = async () => (await readdir(folder)).sort();

/** A checkpoint after `step` steps whose best epoch ended at step `best`. */
function checkpoint(step: number, best: number | null = null): Checkpoint<TrainingState> {
  const row: EpochRow = {
    epoch: 1,
    step: best ?? 0,
    trainLoss: 1 / 3,
    trainAccuracy: 0.1,
    valLoss: 1,
    valAccuracy: 0.5,
    valMacroF1: 0.5,
    imagesPerSecond: 10,
    waitFraction: 0.01,
    best: true,
  };
  return {
    state: { ...freshState('f'), step, seconds: 0.1 + 0.2, history: best === null ? [] : [row] },
    tensors: new Map([
      ['b', { shape: [2], data: new Float32Array([step, -0]) }],
      ['a', { shape: [1, 1], data: new Float32Array([Math.PI]) }],
    ]),
    losses: Array.from({ length: step }, (_, i) => Math.fround(1 / (i + 1))),
  };
}

describe('CheckpointStore', () => {
  it('gives back what it was given, bit for bit', async () => {
    const saved = checkpoint(3, 2);
    await new CheckpointStore(folder, runFormat).save(checkpoint(2, 2));
    await new CheckpointStore(folder, runFormat).save(saved);
    const loaded = await new CheckpointStore(folder, runFormat).load(3);
    expect(loaded.state).toEqual(saved.state);
    expect(loaded.losses).toEqual(saved.losses);
    expect(loaded.tensors.get('b')?.data).toEqual(new Float32Array([3, -0]));
    expect(loaded.tensors.get('a')).toEqual({ shape: [1, 1], data: new Float32Array([Math.PI]) });
    expect([...loaded.tensors.keys()].sort()).toEqual(['a', 'b']);
  });

  it('keeps the newest, the one before it, and the best ones that these refer to', async () => {
    const store = new CheckpointStore(folder, runFormat);
    for (const [step, best] of [
      [2, 2],
      [4, 2],
      [6, 2],
      [8, 8],
      [10, 8],
    ] as const)
      // prettier-ignore
      await store.save(checkpoint(step, best));
    expect(await files()).toEqual([fileOf(8), fileOf(10)]);
    await store.save(checkpoint(12, 8));
    await store.save(checkpoint(14, 14));
    expect(await files()).toEqual([8, 12, 14].map(fileOf));
  });

  it('removes what a killed write left behind', async () => {
    await writeFile(path.join(folder, `${fileOf(4)}.123.tmp`), 'half');
    await new CheckpointStore(folder, runFormat).save(checkpoint(6));
    expect(await files()).toEqual([fileOf(6)]);
  });

  it('finds nothing in a new folder, and nothing after clearing', async () => {
    const store = new CheckpointStore(path.join(folder, 'new'), runFormat);
    expect(await store.latest()).toEqual({ checkpoint: null, damaged: [] });
    await store.save(checkpoint(1));
    await store.clear();
    expect(await store.latest()).toEqual({ checkpoint: null, damaged: [] });
  });

  it.each([
    ['torn', async (file: string) => truncate(file, (await readFile(file)).length - 3)],
    ['empty', (file: string) => truncate(file, 0)],
    [
      'altered by one bit',
      async (file: string) => {
        const bytes = await readFile(file);
        bytes[bytes.length - 1]! ^= 1;
        await writeFile(file, bytes);
      },
    ],
    [
      'altered in its state',
      async (file: string) => {
        const bytes = await readFile(file);
        const at = bytes.indexOf('waited');
        bytes[bytes.indexOf(':0', at) + 1] = 0x31; // 0 → 1 s
        await writeFile(file, bytes);
      },
    ],
    ['another file', (file: string) => writeFile(file, 'not a checkpoint')],
  ])('uses the one before where the newest is %s, and says so', async (_, damage) => {
    // prettier-ignore
    const store = new CheckpointStore(folder, runFormat);
    await store.save(checkpoint(2));
    await store.save(checkpoint(4));
    await damage(path.join(folder, fileOf(4)));
    const again = new CheckpointStore(folder, runFormat);
    const latest = await again.latest();
    expect(latest.checkpoint?.state.step).toBe(2);
    expect(latest.damaged).toEqual([expect.stringContaining(fileOf(4))]);
    await expect(again.load(4)).rejects.toThrow(/cannot be used.*Start the run anew/);
    await again.save(checkpoint(3));
    expect(await files()).toEqual([2, 3].map(fileOf));
  });

  it('does not use a checkpoint whose best one is damaged', async () => {
    const store = new CheckpointStore(folder, runFormat);
    await store.save(checkpoint(2, 2));
    await store.save(checkpoint(4, 4));
    await store.save(checkpoint(6, 4));
    // what is left are 4 and 6, both of which need 4
    await truncate(path.join(folder, fileOf(4)), 100);
    expect((await new CheckpointStore(folder, runFormat).latest()).checkpoint).toBeNull();
  });
});

describe('a run whose newest checkpoint is torn', () => {
  it('goes on from the one before and equals the uninterrupted run', async () => {
    const whole = decisive(await collect(options()));
    const controller = new AbortController();
    const first = options({
      checkpoints: new CheckpointStore(folder, runFormat),
      signal: controller.signal,
      clock: () => 0, // writing takes no time: a checkpoint after every epoch
    });
    const stopped = collect(first, (event) => {
      if (event.type === 'step' && event.step.step === 14) controller.abort(new Error('cancelled'));
    });
    await expect(stopped).rejects.toThrow('cancelled');
    await truncate(path.join(folder, fileOf(14)), 200);
    const checkpoints = new CheckpointStore(folder, runFormat);
    const { checkpoint: from, damaged } = await checkpoints.latest();
    expect(damaged).toEqual([expect.stringContaining(fileOf(14))]);
    expect(from?.state.step).toBe(12);
    expect(decisive(await collect(options({ checkpoints, from })))).toBe(whole);
  });
});
