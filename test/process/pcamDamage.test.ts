import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import h5wasm, { File } from 'h5wasm/node';
import type { BrokenFile } from '../../src-main/contract/values/dataset.ts';
import { UserError } from '../../src-main/base/errors.ts';
import { hdf5Reader } from '../../src-main/data/pcam/hdf5Reader.ts';
import { inspectPart } from '../../src-main/data/pcam/inspectPart.ts';
import { slidesOf } from '../../src-main/data/pcam/meta.ts';
import { preparePart } from '../../src-main/data/pcam/part.ts';
import { bitFlips, noiseBytes, truncations } from '../support/damage.ts';
import { labelOf, metaCsv, pcamFile, writePcamSplit, type PcamOptions } from '../support/pcam.ts';

const COUNT = 48;
const part = {
  split: 'train',
  stem: 'camelyonpatch_level_2_split_train',
  x: pcamFile('train', 'x.h5'),
  y: pcamFile('train', 'y.h5'),
  meta: pcamFile('train', 'meta.csv'),
} as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-pcam-damage-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const reader = hdf5Reader(10_000);
afterEach(() => reader.dispose());

/** Imports what lies in the folder: how many patches were read, and what was said of the others. */
async function read(
  x: string = part.x,
  y: string = part.y,
): Promise<{ patches: number; broken: BrokenFile[] }> {
  const broken: BrokenFile[] = [];
  const { signal } = new AbortController();
  const target = path.join(folder, 'workspace');
  await rm(target, { recursive: true, force: true });
  const onBroken = (file: BrokenFile) => void broken.push(file);
  const ready = await preparePart(
    { ...part, x, y },
    { reader, folder, target, signal, onProgress: () => {}, onBroken },
  );
  let patches = 0;
  if (ready)
    for await (const batch of inspectPart(ready, target, signal)) {
      patches += batch.patches.length;
      broken.push(...batch.broken);
    }
  return { patches, broken };
}

/** How many patches a message is about: a range, one, or all of them. */
function patchesIn({ path: name }: BrokenFile): number {
  if (name.endsWith('.csv')) return 0;
  const [, first, last] = /#(\d+)(?:–(\d+))?$/.exec(name) ?? [];
  return first === undefined ? COUNT : Number(last ?? first) - Number(first) + 1;
}

async function checkAll(name: string, damaged: readonly Buffer[], mustBeNoticed: (i: number) => boolean) {
  for (const [i, bytes] of damaged.entries()) {
    await writeFile(path.join(folder, name), bytes);
    const { patches, broken } = await read();
    const told = broken.reduce((sum, one) => sum + patchesIn(one), 0);
    // Each patch is either there or told of, by a sentence that ends.
    expect([i, patches + told]).toEqual([i, COUNT]);
    for (const { reason } of broken) expect(reason).toMatch(/^[A-Z0-9].{15,}\.$/);
    if (mustBeNoticed(i)) expect([i, broken.length > 0]).toEqual([i, true]);
  }
}

const small: PcamOptions = { side: 16 };
const storages: [string, PcamOptions][] = [
  ['in one piece', small],
  ['in compressed blocks', { ...small, chunks: [4, 16, 16, 3], compression: 4 }],
];

describe('damaged HDF5 files of PCam', () => {
  it.each(storages)('of images stored %s: 130 of them', async (_name, options) => {
    await writePcamSplit(folder, 'train', COUNT, options);
    const good = await readFile(path.join(folder, part.x));
    expect(await read()).toEqual({ patches: COUNT, broken: [] });
    // Headers and indexes lie at both ends; turned bits in plain pixels are other pixels and cannot be noticed.
    const headers = bitFlips(good.subarray(0, 2048), 50).map((head) =>
      Buffer.concat([head, good.subarray(2048)]),
    );
    const damaged = [...truncations(good, 30), ...headers, ...bitFlips(good, 30), ...noiseBytes(20, 5000)];
    await checkAll(part.x, damaged, (i) => i < 30 || i >= 110);
  });

  it('of labels: 60 of them', async () => {
    await writePcamSplit(folder, 'train', COUNT, small);
    const good = await readFile(path.join(folder, part.y));
    const damaged = [...truncations(good, 20), ...bitFlips(good, 30), ...noiseBytes(10, 3000)];
    await checkAll(part.y, damaged, (i) => i < 20 || i >= 50);
  });

  it('gzipped: 60 of them', async () => {
    await writePcamSplit(folder, 'train', COUNT, { ...small, gzip: true });
    const good = await readFile(path.join(folder, `${part.x}.gz`));
    for (const [i, bytes] of [
      ...truncations(good, 30),
      ...bitFlips(good.subarray(10), 30).map((rest) => Buffer.concat([good.subarray(0, 10), rest])),
    ].entries()) {
      await writeFile(path.join(folder, `${part.x}.gz`), bytes);
      const { patches, broken } = await read(`${part.x}.gz`, `${part.y}.gz`);
      expect([i, patches, broken.length]).toEqual([i, 0, 1]);
      expect(broken[0]).toEqual({
        path: `${part.x}.gz`,
        reason: expect.stringMatching(/damaged or cut off|too short|as its end/),
      });
    }
  });

  it('of other shapes and types', async () => {
    await h5wasm.ready;
    await writePcamSplit(folder, 'train', COUNT, small);
    const shapes: [string, unknown, RegExp][] = [
      ['<B', [COUNT, 16, 16], /not \[N, 96, 96, 3\] bytes but \[48, 16, 16\] bytes/],
      ['<B', [COUNT, 16, 16, 4], /\[48, 16, 16, 4\]/],
      ['<B', [COUNT, 2, 2, 3], /\[48, 2, 2, 3\]/],
      ['<b', [COUNT, 16, 16, 3], /values of another type/],
      ['<f', [COUNT, 16, 16, 3], /values of another type/],
      ['<B', [COUNT - 1, 16, 16, 3], /47 patches, but there are 48 labels/],
      ['<B', [0, 16, 16, 3], /no patches|another/],
    ];
    for (const [dtype, shape, reason] of shapes) {
      const lengths = shape as number[];
      const values = new Array<number>(lengths.reduce((product, length) => product * length, 1)).fill(7);
      const file = new File(path.join(folder, part.x), 'w');
      file.create_dataset({ name: 'x', data: values, shape: lengths, dtype });
      file.close();
      const { patches, broken } = await read();
      expect([patches, broken]).toEqual([0, [{ path: part.x, reason: expect.stringMatching(reason) }]]);
    }
  });
});

describe('damaged meta files of PCam', () => {
  const labels = Uint8Array.from({ length: COUNT }, (_, i) => labelOf(i));
  const good = Buffer.from(metaCsv(COUNT, ['camelyon16_train_tumor_001', 'camelyon16_train_normal_002']));

  it('give slides or a reason: 260 of them', () => {
    expect(new Set(slidesOf(good.toString(), labels)).size).toBe(2);
    const cut = truncations(good, 100);
    const others = [...bitFlips(good, 130), ...noiseBytes(30, 4000)];
    for (const bytes of cut.slice(0, -3)) expect(() => slidesOf(bytes.toString(), labels)).toThrow(UserError);
    for (const bytes of others)
      try {
        expect(slidesOf(bytes.toString(), labels)).toHaveLength(COUNT);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(error.message).toMatch(/\.$/);
      }
  });

  it('name the line', () => {
    const text = good.toString();
    const broken = (change: (line: string) => string) =>
      text
        .split('\n')
        .map((line, i) => (i === 4 ? change(line) : line))
        .join('\n');
    expect(() =>
      slidesOf(
        broken((line) => `${line},1`),
        labels,
      ),
    ).toThrow(/line 5 has 7 values instead of 6/);
    expect(() =>
      slidesOf(
        broken((line) => line.replace(/[^,]+$/, '')),
        labels,
      ),
    ).toThrow(/line 5 names no slide/);
    expect(() =>
      slidesOf(
        broken((line) => line.replace(/^(\d+),\d+/, '$1,x')),
        labels,
      ),
    ).toThrow(/line 5 has “x” as coord_y/);
    expect(() => slidesOf(text.replace('wsi', 'slide'), labels)).toThrow(/no column “wsi”/);
    expect(() => slidesOf(text.replaceAll('\n', '\r\n'), labels.slice(1))).toThrow(/48 rows for 47 patches/);
    expect(slidesOf(text.replaceAll('\n', '\r\n'), labels)).toHaveLength(COUNT);
  });
});
