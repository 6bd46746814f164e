import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Progress } from '../../src-main/contract/values/job.ts';
import type { HealthSpec } from '../../src-main/contract/worker.ts';
import { processHost } from '../../src-main/jobs/processHost.ts';
import { Random } from '../../src-main/base/random.ts';
import { runImport } from '../support/importing.ts';

const host = processHost(fileURLToPath(new URL('../../src-main/workers/main.ts', import.meta.url)));

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'tessera-health-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Soft blobs, different for each seed. */
function blobs(seed: number, side = 64) {
  const random = Random.from(seed, 'blobs');
  const spots = Array.from({ length: 30 }, () => [
    random.between(0, 1),
    random.between(0, 1),
    random.between(-1, 1),
  ]);
  const data = Buffer.alloc(side * side * 3);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      let value = 140;
      for (const [u, v, weight] of spots)
        value +=
          70 * weight! * Math.exp(-(((x + 0.5) / side - u!) ** 2 + ((y + 0.5) / side - v!) ** 2) / 0.01);
      data.fill(Math.max(0, Math.min(255, value)), (y * side + x) * 3, (y * side + x) * 3 + 3);
    }
  return sharp(data, { raw: { width: side, height: side, channels: 3 } });
}

const at = (name: string) => path.join(folder, name);

/** Twelve training and six test patches of two classes, with planted copies, a file that will vanish and empty glass. */
async function planted(): Promise<HealthSpec> {
  for (const name of ['train/a', 'train/b', 'test/a', 'test/b']) await mkdir(at(name), { recursive: true });
  for (let i = 0; i < 12; i++)
    await blobs(i)
      .png()
      .toFile(at(`train/${i < 6 ? 'a' : 'b'}/${i}.png`));
  for (let i = 20; i < 26; i++)
    await blobs(i)
      .png()
      .toFile(at(`test/${i < 23 ? 'a' : 'b'}/${i}.png`));
  await copyFile(at('train/a/0.png'), at('test/a/copy.png'));
  await blobs(1).jpeg({ quality: 50 }).toFile(at('test/b/saved anew.jpg'));
  await blobs(2).resize(47).linear(1.05, 3).png().toFile(at('train/a/smaller and brighter.png'));
  for (const name of ['train/b/glass.png', 'test/b/glass.png'])
    await sharp({
      create: { width: 64, height: name.startsWith('test') ? 63 : 64, channels: 3, background: '#f4f2f4' },
    })
      .png()
      .toFile(at(name));
  await writeFile(at('train/b/vanishes.png'), await blobs(77).png().toBuffer());

  const { patches, layout } = await runImport({ path: folder });
  const ids = new Map<string, number>();
  const items = patches.map(({ path: file, classIndex, split, width, height, sha256 }, index) => {
    const duplicateOf = ids.get(sha256) ?? null;
    if (duplicateOf === null) ids.set(sha256, index + 1);
    return { id: index + 1, path: file, classes: [classIndex], split, width, height, duplicateOf };
  });
  await rm(at('train/b/vanishes.png'));
  const classes = layout.classNames.map((name, index) => {
    const counts = { train: 0, val: 0, test: 0, pool: 0 };
    for (const { classes: own, split } of items) if (own[0] === index) counts[split ?? 'pool'] += 1;
    return { index, name, counts };
  });
  return {
    kind: 'patches',
    broken: 0,
    root: folder,
    classes,
    items,
  };
}

it('a worker process finds what was planted, and nothing else', async () => {
  const spec = await planted();
  const progress: Progress[] = [];
  const outcome = await host.start('health', spec, {
    progress: (value) => void progress.push(value),
    event: () => {},
  }).outcome;
  if (outcome.type !== 'done') throw new Error(JSON.stringify(outcome));
  const { result } = outcome;
  const pairs = result.duplicates.pairs.map(({ first, second, exact }) => [
    [first.path, second.path].sort().join(' | '),
    exact,
  ]);
  expect(Object.fromEntries(pairs)).toEqual({
    'test/a/copy.png | train/a/0.png': true,
    'test/b/saved anew.jpg | train/a/1.png': false,
    'train/a/2.png | train/a/smaller and brighter.png': false,
  });
  expect(result.duplicates).toMatchObject({
    between: { exact: 1, near: 1 },
    within: { exact: 0, near: 1 },
    contradicting: 1,
  });
  expect(result.unreadable).toEqual({
    count: 1,
    examples: [{ path: 'train/b/vanishes.png', reason: expect.stringMatching(/no longer there/) }],
  });
  expect(result.read).toBe(spec.items.length - 1);
  expect(result.blank.count).toBe(2);
  expect(result.sizes.usual).toMatchObject({ width: 64, height: 64 });
  expect(result.sizes.examples.map((item) => item.path).sort()).toEqual([
    'test/b/glass.png',
    'train/a/smaller and brighter.png',
  ]);
  expect(result.hints[0]?.text).toMatch(/^Leakage: 1 patch of the test split \(11 % of it\) shows nearly/);
  expect(progress.at(-1)).toMatchObject({ message: 'Looking for near duplicates' });
});

it('reports the mean and standard deviation of each channel over all pixels', async () => {
  await mkdir(at('a'), { recursive: true });
  await mkdir(at('b'), { recursive: true });
  const flat = (side: number, background: { r: number; g: number; b: number }) =>
    sharp({ create: { width: side, height: side, channels: 3, background } }).png();
  await flat(10, { r: 255, g: 51, b: 0 }).toFile(at('a/1.png'));
  await flat(20, { r: 0, g: 51, b: 102 }).toFile(at('b/2.png')); // four times as many pixels
  const { patches } = await runImport({ path: folder });
  const items = patches.map(({ path: file, classIndex, split, width, height }, index) => ({
    id: index + 1,
    path: file,
    classes: [classIndex],
    split,
    width,
    height,
    duplicateOf: null,
  }));
  const spec: HealthSpec = {
    kind: 'patches',
    broken: 0,
    root: folder,
    classes: [],
    items,
  };
  const outcome = await host.start('health', spec, { progress: () => {}, event: () => {} }).outcome;
  if (outcome.type !== 'done') throw new Error(JSON.stringify(outcome));
  const { channels } = outcome.result;
  expect(channels?.pixels).toBe(500);
  expect(channels?.mean.map((value) => Number(value.toFixed(6)))).toEqual([0.2, 0.2, 0.32]);
  expect(channels?.std.map((value) => Number(value.toFixed(6)))).toEqual([0.4, 0, 0.16]);
});

it('stops when it is cancelled', async () => {
  const spec = await planted();
  const many = Array.from({ length: 4000 }, (_, i) => ({
    ...spec.items[i % 10]!,
    id: i + 1,
    duplicateOf: null,
  }));
  const worker = host.start(
    'health',
    { ...spec, items: many },
    { progress: () => worker.stop(), event: () => {} },
  );
  expect(await worker.outcome).toEqual({ type: 'cancelled' });
});
