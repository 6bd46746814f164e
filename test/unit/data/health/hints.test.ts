import { describe, expect, it } from 'vitest';
import type { Split } from '../../../../src-main/contract/values/common.ts';
import type { DatasetClass } from '../../../../src-main/contract/values/dataset.ts';
import type { HealthItem } from '../../../../src-main/contract/values/health.ts';
import { findDuplicates, reported, type Hashed } from '../../../../src-main/data/health/duplicates.ts';
import { hints } from '../../../../src-main/data/health/hints.ts';
import type { Findings } from '../../../../src-main/data/health/hints/findings.ts';
import type { PerceptualHash } from '../../../../src-main/data/health/perceptualHash.ts';
import { sizeOutliers } from '../../../../src-main/data/health/sizeOutliers.ts';

const ofClass = (index: number, name: string, counts: Partial<DatasetClass['counts']>): DatasetClass => ({
  index,
  name,
  counts: { train: 0, val: 0, test: 0, pool: 0, ...counts },
});

const item = (id: number, split: Split | null, classIndex = 0): HealthItem => ({
  id,
  path: `${id}.png`,
  classes: [classIndex],
  split,
  width: 96,
  height: 96,
});

/** Hashes far from each other, and `flipped` bits away from that. */
const hash = (place: number, flipped = 0): PerceptualHash => [
  Math.imul(place, 0x9e3779b1) >>> 0,
  (Math.imul(place, 0x85ebca6b) ^ (2 ** flipped - 1)) >>> 0,
];

const hashed = (of: HealthItem, its: PerceptualHash | null, duplicateOf: number | null = null): Hashed => ({
  item: of,
  hash: its,
  duplicateOf,
});

const sound = {
  kind: 'patches',
  read: 300,
  duplicates: findDuplicates([]),
  classes: [ofClass(0, 'tumour', { train: 100, test: 50 }), ofClass(1, 'stroma', { train: 100, test: 50 })],
  sizes: { usual: { width: 96, height: 96, count: 300 }, outliers: 0, examples: [] },
  blank: { count: 0, examples: [] },
  channels: null,
  broken: 0,
  unreadable: { count: 0, examples: [] },
} satisfies Findings;

const texts = (changes: Partial<Findings>) =>
  hints({ ...sound, ...changes }).map(({ kind, text }) => `${kind}: ${text}`);

describe('hints', () => {
  it('say nothing of a sound dataset', () => expect(texts({})).toEqual([]));

  it('say by how much accuracy moves where a class has few held-out patches', () => {
    const classes = [
      ofClass(0, 'tumour', { train: 60, val: 3 }),
      ofClass(1, 'stroma', { train: 60, val: 12 }),
      ofClass(2, 'mucosa', { train: 60, val: 40 }),
    ];
    expect(texts({ classes })).toEqual([
      'warn: Validation has 3 patches of class tumour: accuracy on it moves by 33 points a patch. stroma (12) has few too. Put more aside, or compare results only over several runs.',
    ]);
  });

  it('name classes too small to be parted, of those that no folder parts', () => {
    const pool = [ofClass(0, 'tumour', { pool: 5 }), ofClass(1, 'stroma', { pool: 2 })];
    const few = /^warn: .*stroma has 2 patches: too few to part/;
    expect(texts({ classes: [...pool, ofClass(2, 'fat', { pool: 3 })] })).toEqual([
      expect.stringMatching(few),
    ]);
    expect(texts({ classes: pool.map((one) => ({ ...one, counts: { ...one.counts, train: 9 } })) })).toEqual(
      [],
    );
  });

  it('name classes that a split lacks, and imbalance', () => {
    const classes = [ofClass(0, 'tumour', { train: 90, test: 50 }), ofClass(1, 'stroma', { train: 10 })];
    expect(texts({ classes })).toEqual([
      'warn: The test split has nothing of stroma. The result says nothing about how they are recognised.',
      'info: In the training split, tumour has 9 times as many patches as stroma. A classifier that always answers tumour is right in 90 %: look at each class’s accuracy, not only at the whole.',
    ]);
  });

  it('tell copies, which runs leave out, from near duplicates, which they cannot', () => {
    const duplicates = findDuplicates([
      hashed(item(1, 'train'), hash(1)),
      hashed(item(2, 'test'), hash(1), 1),
      hashed(item(3, 'train'), hash(3)),
      hashed(item(4, 'test'), hash(3, 2)),
      hashed(item(5, 'test'), hash(3, 4)),
    ]);
    const [near, copies, ...rest] = texts({ duplicates });
    expect(near).toMatch(
      /^warn: Leakage: 2 patches of the test split \(2 % of it\) show nearly what one of the training split shows/,
    );
    expect(copies).toMatch(
      /^warn: Leakage: 1 patch of the test split \(1 % of it\) is the same file as one of/,
    );
    expect(rest).toEqual([expect.stringMatching(/^info: 2 patches have a copy or near duplicate within/)]);
  });

  it('warn of near duplicates that a run’s own split may part', () => {
    const duplicates = findDuplicates([hashed(item(1, null), hash(1)), hashed(item(2, null), hash(1, 3))]);
    expect(texts({ duplicates })[0]).toMatch(/^warn: 1 pair of patches that belong to no split shows nearly/);
    expect(texts({ duplicates })[0]).toMatch(/Take one of each pair out\.$/);
    const cut = (id: number, slide: string): HealthItem => ({
      ...item(id, null),
      cutFrom: { slide, place: { x: 0, y: id, side: 96 } },
    });
    const pair = (slide: string) =>
      texts({
        duplicates: findDuplicates([hashed(cut(1, 'a.svs'), hash(1)), hashed(cut(2, slide), hash(1, 3))]),
      });
    expect(pair('a.svs')[0]).toMatch(/Train with “Keep slides apart”/);
    expect(pair('b.svs')[0]).toMatch(/Take one of each pair out\.$/);
  });

  it('name files and sizes', () => {
    const lines = texts({
      broken: 2,
      unreadable: { count: 1, examples: [] },
      blank: { count: 4, examples: [] },
      sizes: { ...sound.sizes, outliers: 1 },
    });
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^warn: 1 file that was imported can no longer be read\. A run that draws it/);
    expect(lines[0]).toMatch(/Bring it back, or press “Look for changes” and go on without it\.$/);
    expect(lines[1]).toMatch(/^info: 2 files were left out/);
    expect(lines[2]).toMatch(/^info: 1 patch has an unusual size; most are 96 × 96 px\./);
    expect(lines[3]).toMatch(/^info: 4 patches are almost of one colour/);
  });
});

describe('duplicates', () => {
  it('are ordered by what they do harm to, and counted', () => {
    const found = findDuplicates([
      hashed(item(1, 'train'), hash(1)),
      hashed(item(2, 'train'), hash(1, 1)), // near, within
      hashed(item(3, 'test'), hash(1), 1), // the same file, between
      hashed(item(4, 'val', 1), hash(9, 6)), // near, between, another class
      hashed(item(5, 'train', 0), hash(9)),
      hashed(item(6, 'train', 0), hash(20)),
      hashed(item(7, 'train', 0), null), // blank ones resemble each other only as files
      hashed(item(8, 'test', 0), null),
    ]);
    const pairs = reported(found).pairs.map(({ first, second, exact, distance }) => [
      first.id,
      second.id,
      exact,
      distance,
    ]);
    expect(pairs).toEqual([
      [4, 5, false, 6],
      [1, 3, true, 0],
      [2, 3, false, 1],
      [1, 2, false, 1],
    ]);
    expect(found).toMatchObject({
      between: { exact: 1, near: 2 },
      within: { exact: 0, near: 1 },
      contradicting: 1,
      complete: true,
    });
  });

  it('of a file that is there very often stay few', () => {
    const copies = Array.from({ length: 5000 }, (_, i) =>
      hashed(item(i + 1, i % 2 === 0 ? 'train' : 'test'), hash(1), i === 0 ? null : 1),
    );
    const { between, within } = findDuplicates(copies);
    expect(between.exact).toBe(2500 + 2499); // each test copy with the first, each training copy with the first of test
    expect(within.exact).toBe(2499);
    expect(between.near + within.near).toBe(0);
  });
});

describe('size outliers', () => {
  const sized = (id: number, width: number, height: number) => ({ ...item(id, null), width, height });

  it('are all that differ, where nearly all are of one size', () => {
    const items = [...Array.from({ length: 30 }, (_, i) => sized(i, 150, 150)), sized(31, 151, 150)];
    const { usual, outliers } = sizeOutliers(items);
    expect(usual).toEqual({ width: 150, height: 150, count: 30 });
    expect(outliers.map(({ id }) => id)).toEqual([31]);
  });

  it('are far from the median, where sizes are mixed', () => {
    const items = Array.from({ length: 30 }, (_, i) => sized(i, 400 + i, 300 + i));
    expect(
      sizeOutliers([...items, sized(40, 900, 310), sized(41, 410, 100)]).outliers.map(({ id }) => id),
    ).toEqual([40, 41]);
  });
});
