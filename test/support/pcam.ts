import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import h5wasm, { Dataset, File } from 'h5wasm/node';
import { Random } from '../../src-main/base/random.ts';

export type PcamName = 'train' | 'valid' | 'test';

export interface PcamOptions {
  readonly side?: number;
  /** Shape of the blocks; without, in one piece. */
  readonly chunks?: number[];
  /** gzip level of the blocks. */
  readonly compression?: number;
  readonly gzip?: boolean;
  readonly meta?: boolean;
  /** Slides of each split; a leading number names them, so that splits can share some. */
  readonly slides?: readonly string[];
  readonly seed?: number;
}

export const pcamFile = (split: PcamName, kind: 'x.h5' | 'y.h5' | 'meta.csv') =>
  `camelyonpatch_level_2_split_${split}_${kind}`;

/** The label of a generated patch: they alternate in runs of three. */
export const labelOf = (position: number): number => Math.floor(position / 3) % 2;

const NOISE = (() => {
  const random = Random.from(1, 'pcam noise');
  return Uint8Array.from({ length: 1 << 20 }, () => random.integer(48));
})();

/** Pink noise, no two patches alike; tumour (label 1) has a darker, bluer centre. */
export function patchPixels(position: number, side: number, seed = 1): Uint8Array {
  const pixels = new Uint8Array(side * side * 3);
  const base = labelOf(position) === 1 ? [96, 60, 140] : [190, 130, 170];
  const start = (Math.imul(position + 1, 2654435761) ^ Math.imul(seed, 40503)) >>> 0;
  for (let i = 0, at = 0; i < side * side; i++)
    for (let channel = 0; channel < 3; channel++, at++)
      pixels[at] = (base[channel] ?? 0) + (NOISE[(start + at * 7) & 0xfffff] ?? 0);
  pixels.set([position & 255, (position >> 8) & 255, position >> 16]);
  return pixels;
}

/** Writes a split of a data set in PCam's format under its official names: x [N, S, S, 3], y [N, 1, 1, 1], and the meta CSV. */
export async function writePcamSplit(
  folder: string,
  split: PcamName,
  count: number,
  options: PcamOptions = {},
): Promise<void> {
  await h5wasm.ready;
  const { side = 96, seed = { train: 1, valid: 2, test: 3 }[split] } = options;
  await mkdir(folder, { recursive: true });
  const [x, y] = [path.join(folder, pcamFile(split, 'x.h5')), path.join(folder, pcamFile(split, 'y.h5'))];
  writeImages(x, count, side, seed, options);
  const labels = Uint8Array.from({ length: count }, (_, i) => labelOf(i));
  const file = new File(y, 'w');
  file.create_dataset({ name: 'y', data: labels, shape: [count, 1, 1, 1], dtype: '<B' });
  file.close();
  if (options.meta !== false)
    await writeFile(
      path.join(folder, pcamFile(split, 'meta.csv')),
      metaCsv(count, slidesFor(split, options)),
    );
  if (options.gzip)
    for (const plain of [x, y]) {
      await pipeline(createReadStream(plain), createGzip({ level: 1 }), createWriteStream(`${plain}.gz`));
      await rm(plain);
    }
}

const slidesFor = (split: PcamName, { slides }: PcamOptions): readonly string[] =>
  slides ??
  Array.from({ length: 8 }, (_, i) => `camelyon16_${split === 'test' ? 'test' : 'train_tumor'}_${split}${i}`);

/** Of the slide of a patch: several neighbours come from one. */
export function metaCsv(count: number, slides: readonly string[]): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const tumour = labelOf(i) === 1 ? 'True' : 'False';
    return `${i},${i * 96},${i * 7},${tumour},${tumour},${slides[Math.floor(i / 6) % slides.length]}`;
  });
  return [',coord_y,coord_x,tumor_patch,center_tumor_patch,wsi', ...rows, ''].join('\n');
}

function writeImages(
  name: string,
  count: number,
  side: number,
  seed: number,
  { chunks, compression }: PcamOptions,
): void {
  const bytes = side * side * 3;
  const shape = [count, side, side, 3];
  const stored = chunks?.map((length, axis) => Math.min(length, shape[axis] ?? length));
  const file = new File(name, 'w');
  // h5wasm makes a dataset from its values: in one piece it has to be made whole, in blocks it can grow.
  const block = chunks ? Math.max(chunks[0] ?? 1, 64) : count;
  const first = Math.min(block, count);
  const values = new Uint8Array(Math.min(block, count) * bytes);
  const fill = (from: number, to: number) => {
    for (let i = from; i < to; i++) values.set(patchPixels(i, side, seed), (i - from) * bytes);
    return values.subarray(0, (to - from) * bytes);
  };
  const whole = { name: 'x', data: fill(0, first), shape: [first, ...shape.slice(1)], dtype: '<B' };
  file.create_dataset(stored ? { ...whole, maxshape: shape, chunks: stored, compression } : whole);
  const dataset = file.get('x');
  if (!(dataset instanceof Dataset)) throw new Error('no dataset was made');
  if (first < count) dataset.resize(shape);
  for (let from = first; from < count; from += block) {
    const to = Math.min(count, from + block);
    dataset.write_slice([[from, to], [], [], []], fill(from, to));
  }
  file.close();
}

/** Train, validation and test. */
export async function writePcam(
  folder: string,
  counts: Partial<Record<PcamName, number>>,
  options: PcamOptions = {},
): Promise<void> {
  for (const split of ['train', 'valid', 'test'] as const) {
    const count = counts[split];
    if (count !== undefined) await writePcamSplit(folder, split, count, options);
  }
}
