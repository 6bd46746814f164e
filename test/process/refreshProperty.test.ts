import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Random } from '../../src-main/base/random.ts';
import { importOf, importingTasks, patchesOf, refreshOf } from '../support/refreshing.ts';
import { testBackend, type TestBackend } from '../unit/backend/support.ts';

/*
 * Whatever is done to a folder: a refreshed dataset is what a fresh import of the folder would be, in another order; or, where a class
 * went away, it is what it was.
 */

let contents: Buffer[];
beforeAll(async () => {
  contents = await Promise.all(
    Array.from({ length: 9 }, (_, i) =>
      sharp({
        create: { width: 8 + (i % 2), height: 8, channels: 3, background: { r: i * 20, g: 90, b: 7 } },
      })
        .png()
        .toBuffer(),
    ),
  );
  contents.push(Buffer.from('no image'), contents[0]!.subarray(0, 40));
});

let refreshed: TestBackend;
let fresh: TestBackend;
let root: string;
beforeEach(async () => {
  refreshed = await testBackend(importingTasks);
  fresh = await testBackend(importingTasks);
  root = path.join(refreshed.folder, 'data');
});
afterEach(async () => {
  await refreshed.close();
  await fresh.close();
});

const CLASSES = ['beta', 'alpha', 'gamma', 'delta'];

/** The folders that may hold a class; with splits, the first of them is for training, so that each class can be learnt. */
const foldersOf = (random: Random, splits: boolean, name: string): string =>
  splits ? `${['train', 'test', 'val'][random.integer(3)]}/${name}` : name;

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

async function put(file: string, content: Buffer | undefined): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content ?? '');
}

async function change(random: Random, splits: boolean): Promise<void> {
  const content = contents[random.integer(contents.length)];
  const files = (await filesBelow(root)).sort();
  const file = files[random.integer(files.length)] ?? path.join(root, 'x.png');
  const name = CLASSES[random.integer(CLASSES.length)] ?? '';
  const somewhere = path.join(root, foldersOf(random, splits, name), `${random.integer(30)}.png`);
  switch (random.integer(8)) {
    case 0:
    case 1:
    case 2:
      return put(somewhere, content);
    case 3:
      return put(file, content);
    case 4:
    case 5:
      await mkdir(path.dirname(somewhere), { recursive: true });
      return rename(file, somewhere);
    case 6:
      return rm(file, { force: true });
    default:
      if (random.integer(4) === 0) await rm(path.dirname(somewhere), { recursive: true, force: true });
  }
}

/** The contents on record, by the ids of patches. */
function hashesOf({ workspace }: TestBackend, id: number): Map<number, string> {
  const db = new Sqlite(path.join(workspace, 'tessera.sqlite'), { readonly: true });
  const rows = db
    .prepare<[number], { id: number; sha256: string }>(
      'SELECT id, hex(sha256) AS sha256 FROM patches WHERE dataset_id = ?',
    )
    .all(id);
  db.close();
  return new Map(rows.map((row) => [row.id, row.sha256]));
}

/** What a dataset is, but for ids and order. Duplicates: the groups of equal ones. */
async function stateOf(backend: TestBackend, id: number) {
  const { classes, broken } = await backend.client('datasets.get', { id });
  const patches = await patchesOf(backend, id);
  const paths = new Map(patches.map((patch) => [patch.id, patch.path]));
  const groups = new Map<number, string[]>();
  for (const patch of patches) {
    const original = patch.duplicateOf ?? patch.id;
    groups.set(original, [...(groups.get(original) ?? []), patch.path]);
  }
  const hashes = hashesOf(backend, id);
  return {
    broken,
    brokenFiles: await backend.client('datasets.broken', { id }),
    counts: Object.fromEntries(classes.map(({ name, counts }) => [name, counts])),
    duplicates: [...groups.values()]
      .filter((group) => group.length > 1)
      .map((group) => group.sort().join())
      .sort(),
    originals: patches.every(({ duplicateOf }) => duplicateOf === null || paths.has(duplicateOf)),
    patches: patches
      .map((patch) => ({
        path: patch.path,
        sha256: hashes.get(patch.id),
        className: classes[patch.classIndex]?.name,
        split: patch.split,
        size: [patch.width, patch.height],
      }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
  'a refreshed dataset is what a fresh import would be (%i)',
  async (seed) => {
    const random = Random.from(seed, 'refresh');
    const splits = seed % 3 === 0;
    for (const [i, name] of ['beta', 'gamma'].entries())
      for (let n = 0; n < 4; n++)
        await put(path.join(root, splits ? 'train' : '', name, `${n}.png`), contents[(i * 4 + n) % 9]);
    const { id } = await importOf(refreshed, root);
    let outcomes = '';
    for (let round = 0; round < 12; round++) {
      const before = {
        dataset: await refreshed.client('datasets.get', { id }),
        state: await stateOf(refreshed, id),
      };
      for (let n = random.integer(5); n >= 0; n--) await change(random, splits);
      if (!existsSync(root)) await mkdir(root);
      const job = await refreshOf(refreshed, id);
      const again = await importOf(fresh, root, { layout: 'folder' }).catch((error: Error) => error);
      const dataset = await refreshed.client('datasets.get', { id });
      const names = again instanceof Error ? [] : again.classes.map((each) => each.name);
      if (before.dataset.classes.every(({ name }) => names.includes(name))) {
        expect(job).toMatchObject({ status: 'done', error: null });
        const state = await stateOf(refreshed, id);
        expect(state).toEqual(await stateOf(fresh, (again as typeof dataset).id));
        expect(state.originals).toBe(true);
        // Indices given once stay, and the revision grows where something changed, not else.
        const known = before.dataset.classes.map((each) => each.name);
        expect(dataset.classes.slice(0, known.length).map((each) => each.name)).toEqual(known);
        const [old, now] = [before.state, state].map(({ patches, counts }) =>
          JSON.stringify([patches, Object.keys(counts)]),
        );
        if (old !== now) expect(dataset.revision).toBe(before.dataset.revision + 1);
        outcomes += old === now ? '=' : '+';
        const once = await refreshOf(refreshed, id);
        expect(once.status).toBe('done');
        expect(await refreshed.client('datasets.get', { id })).toEqual(dataset);
      } else {
        expect(job.status).toBe('failed');
        expect(job.error).toMatch(
          /no longer there|No classes|only one class|no images|no training|None of the/,
        );
        expect(dataset).toEqual(before.dataset);
        expect(await stateOf(refreshed, id)).toEqual(before.state);
        outcomes += 'x';
        // Or it would go on like that.
        for (const { name } of dataset.classes)
          await put(path.join(root, splits ? 'train' : '', name, 'back.png'), contents[seed % 9]);
      }
      if (!(again instanceof Error)) await fresh.client('datasets.delete', { id: again.id });
    }
    expect(outcomes).toContain('+');
  },
  60_000,
);
