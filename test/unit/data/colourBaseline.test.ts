import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { colourBaseline, colourHistogram } from '../../../src-main/data/colourBaseline.ts';
import { REAL_DATA } from '../../support/realData.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'tessera-baseline-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function flat(name: string, background: string, classIndex: number) {
  const file = path.join(folder, `${name}.png`);
  await sharp({ create: { width: 8, height: 8, channels: 3, background } })
    .png()
    .toFile(file);
  return { path: file, classIndex };
}

describe('colourHistogram', () => {
  it('gives shares of sixteen bins per channel', () => {
    const histogram = colourHistogram(Uint8Array.from([0, 15, 255, 16, 15, 0]));
    expect([histogram[0], histogram[1], histogram[16], histogram[47], histogram[32]]).toEqual([
      0.5, 0.5, 1, 0.5, 0.5,
    ]);
    expect(histogram.reduce((sum, value) => sum + value, 0)).toBe(3);
  });
});

describe('colourBaseline', () => {
  it('assigns the nearest centroid and scores as scikit-learn does', async () => {
    const train = [
      await flat('r1', '#c00000', 0),
      await flat('r2', '#c80000', 0),
      await flat('b1', '#0000c0', 1),
    ];
    const evaluated = [
      await flat('r3', '#c40000', 0),
      await flat('b2', '#0000c4', 1),
      await flat('r4', '#c20000', 1),
    ];
    const calls: number[] = [];
    const result = await colourBaseline(train, evaluated, 3, {
      onProgress: (done, total) => calls.push(done / total),
    });
    expect(result.predictions).toEqual([0, 1, 0]);
    expect(result.accuracy).toBeCloseTo(2 / 3);
    // Class 0: precision 1/2, recall 1; class 1: precision 1, recall 1/2; class 2 occurs nowhere.
    expect(result.macroF1).toBeCloseTo(2 / 3);
    expect(calls.at(-1)).toBe(1);
  });

  it('stops when aborted', async () => {
    const file = await flat('x', '#123456', 0);
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(colourBaseline([file], [file], 1, { signal })).rejects.toThrow('stop');
  });

  it.skipIf(!REAL_DATA)(
    'reaches 0.58–0.67 on crc5 from 25 tiles per class, in the mean of five draws',
    async () => {
      const list = (split: string) =>
        Promise.all(
          ['AC', 'H', 'S', 'T', 'V'].map(async (name, classIndex) => {
            const base = path.join(REAL_DATA ?? '', 'crc5', split, name);
            return (await readdir(base)).sort().map((file) => ({ path: path.join(base, file), classIndex }));
          }),
        );
      const [trainable, tested] = [await list('train'), (await list('test')).flat()];
      let sum = 0;
      for (let draw = 0; draw < 5; draw++) {
        const train = trainable.flatMap((files, i) => Random.from(draw, i).shuffled(files).slice(0, 25));
        sum += (await colourBaseline(train, tested, 5)).accuracy;
      }
      expect(sum / 5).toBeGreaterThan(0.58);
      expect(sum / 5).toBeLessThan(0.67);
    },
  );
});
