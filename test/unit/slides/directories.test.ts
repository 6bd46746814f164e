import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fromFile } from 'geotiff';
import { describe, expect, it } from 'vitest';
import { openSlide } from '../../../src-main/slides/open.ts';
import { openBounded } from '../../../src-main/slides/tiff/boundedFile.ts';
import { readDirectories } from '../../../src-main/slides/tiff/directories.ts';
import { TAG } from '../../../src-main/slides/tiff/tags.ts';
import { REAL_DATA } from '../../support/realData.ts';
import { realSlide, temporaryFolder, testImage, writeTiff } from '../../support/slides.ts';

const folder = temporaryFolder();

type Entry = [tag: number, type: number, values: number[]];
const BYTES: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 16: 8 };

/** A TIFF of directories one after the other, values before them, data at the end; written anew for these tests. */
function tiff(directories: Entry[][], { little = false, big = false, data = 0, next = [] as number[] } = {}) {
  const bytes = Buffer.alloc(4096 + data, 7);
  let free = big ? 16 : 8;
  const put = (size: number, value: number, at: number) => {
    if (size === 8)
      return little ? bytes.writeBigUInt64LE(BigInt(value), at) : bytes.writeBigUInt64BE(BigInt(value), at);
    return little ? bytes.writeUIntLE(value, at, size) : bytes.writeUIntBE(value, at, size);
  };
  bytes.write(little ? 'II' : 'MM', 'latin1');
  put(2, big ? 43 : 42, 2);
  if (big) put(4, 8 << (little ? 0 : 16), 4);
  const [countSize, offsetSize] = big ? [8, 8] : [2, 4];
  let link = big ? 8 : 4;
  directories.forEach((entries, index) => {
    const placed = entries.map(([tag, type, values]) => {
      const size = BYTES[type] ?? 1;
      const at = values.length * size > offsetSize ? free : null;
      if (at !== null) {
        values.forEach((value, i) => put(size, value, at + i * size));
        free += values.length * size;
      }
      return { tag, type, values, at, size };
    });
    put(offsetSize, free, link);
    put(countSize, entries.length, free);
    let cursor = free + countSize;
    for (const { tag, type, values, at, size } of placed) {
      put(2, tag, cursor);
      put(2, type, cursor + 2);
      put(offsetSize, values.length, cursor + 4);
      const valueAt = cursor + 4 + offsetSize;
      if (at !== null) put(offsetSize, at, valueAt);
      else values.forEach((value, i) => put(size, value, valueAt + i * size));
      cursor = valueAt + offsetSize;
    }
    link = cursor;
    put(offsetSize, next[index] ?? 0, link);
    free = cursor + offsetSize;
  });
  const file = path.join(folder, `${Math.random()}.tif`);
  writeFileSync(file, bytes);
  return { file, bytes };
}

async function directoriesOf(file: string) {
  const bounded = await openBounded(file);
  try {
    return await readDirectories(bounded);
  } finally {
    await bounded.close();
  }
}

const text = (value: string) => [...Buffer.from(`${value}\0`)];

describe.each([
  { little: false, big: false },
  { little: true, big: false },
  { little: false, big: true },
  { little: true, big: true },
])('directories, little-endian $little, BigTIFF $big', (kind) => {
  it('reads inline and distant values of all directories', async () => {
    const offsets = Array.from({ length: 300 }, (_, i) => 100_000 + i * 70_000);
    const { file } = tiff(
      [
        [
          [256, 4, [70_000]],
          [258, 3, [8, 8, 8]],
          [270, 2, text('Aperio é')],
          [324, 4, offsets],
        ],
        [[256, 3, [35_000]]],
      ],
      kind,
    );
    const [first, second] = await directoriesOf(file);
    expect(first?.number(256, 0)).toBe(70_000);
    expect(first?.numbers(258)).toEqual([8, 8, 8]);
    expect(first?.text(270)).toBe('Aperio é');
    expect(first?.numbers(324)).toEqual(offsets);
    expect(second?.number(256, 0)).toBe(35_000);
    expect(second?.number(257, -1)).toBe(-1);
    expect([first?.page, second?.page]).toEqual([0, 1]);
  });
});

describe('directories of real writers', () => {
  /** geotiff is a reader written by others. */
  async function expectAgreement(file: string): Promise<void> {
    const theirs = await fromFile(file);
    const ours = await directoriesOf(file);
    expect(ours.length).toBe(await theirs.getImageCount());
    for (const [i, directory] of ours.entries()) {
      const { fileDirectory } = await theirs.getImage(i);
      for (const tag of [
        TAG.imageWidth,
        TAG.imageLength,
        TAG.tileOffsets,
        TAG.tileByteCounts,
        TAG.stripOffsets,
      ]) {
        const value = (await fileDirectory.loadValue(tag)) as number | ArrayLike<number> | undefined;
        const expected = value === undefined ? [] : typeof value === 'number' ? [value] : Array.from(value);
        expect(directory.numbers(tag)).toEqual(expected);
      }
    }
    await theirs.close();
  }

  it.each([false, true])('agree with geotiff on a file of libvips, BigTIFF %s', async (bigtiff) => {
    const file = path.join(folder, `libvips ${bigtiff}.tif`);
    await writeTiff(file, testImage(500, 400), { bigtiff });
    await expectAgreement(file);
  });

  it.skipIf(!REAL_DATA).each(['CMU-1-Small-Region.svs', 'colon-region-10240.tif'])(
    'agree with geotiff on %s',
    async (name) => expectAgreement(realSlide(name)),
  );
});

describe('damaged directories', () => {
  it('end when they run in a circle', async () => {
    const { file } = tiff([[[256, 3, [1]]]], { next: [8] });
    await expect(directoriesOf(file)).rejects.toThrow(/circle/);
  });

  it('do not take memory for a claimed count', async () => {
    const { file, bytes } = tiff([[[324, 4, [1, 2, 3]]]]);
    bytes.writeUInt32BE(0xfffffff0, 8 + 12 + 2 + 4); // the count of the only entry
    writeFileSync(file, bytes);
    await expect(directoriesOf(file)).rejects.toThrow(/claims/);
    await expect(openSlide(file)).rejects.toThrow(/is damaged/);
  });

  it('beyond the end of the file are a truncation', async () => {
    const { file, bytes } = tiff([[[256, 3, [1]]]]);
    bytes.writeUInt32BE(1_000_000, 4);
    writeFileSync(file, bytes);
    await expect(openSlide(file)).rejects.toThrow(/incomplete: it has 4,096 bytes/);
  });
});
