import type { Database } from 'better-sqlite3';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import type { FoundImage, FoundPatch } from '../../contract/worker.ts';
import { imageColumns } from './images.ts';
import { patchColumns } from './patches.ts';

/** An item that is only in one of two revisions. */
export interface ChangedItem {
  readonly path: string;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What tells an item from another one of its path; by column, with what the columns are called in parameters. */
const ITEMS = {
  patches: {
    class_index: 'classIndex',
    split: 'split',
    width: 'width',
    height: 'height',
    sha256: 'sha256',
    slide: 'slide',
    x: 'x',
    y: 'y',
    side: 'side',
  },
  images: {
    mask_path: 'maskPath',
    labels: 'labels',
    split: 'split',
    width: 'width',
    height: 'height',
    sha256: 'sha256',
    mask_sha256: 'maskSha256',
  },
} as const;
type ItemTable = keyof typeof ITEMS;

/** What else is stored of an item: a file that was touched or copied is the same item. */
const TRACES = {
  patches: { trace: 'trace' },
  images: { trace: 'trace', mask_trace: 'maskTrace' },
} as const;

/**
 * What a refresh has found so far, beside what the dataset holds. It lies in temporary tables of this connection: until all of it is
 * applied, in one transaction, nothing of the dataset has changed, and a process that ends leaves nothing behind. There is one
 * refresh at a time, because such jobs share a lane.
 */
export function foundItemsTable(db: Database) {
  const patches = itemsOf(db, 'patches');
  const images = itemsOf(db, 'images');
  const both = [patches, images];
  db.exec('CREATE TEMP TABLE found_broken (path TEXT PRIMARY KEY, reason TEXT NOT NULL)');
  const insertBroken = db.prepare<[string, string]>('INSERT OR REPLACE INTO found_broken VALUES (?, ?)');
  const clearBroken = db.prepare('DELETE FROM found_broken');
  const forgetBroken = db.prepare<[number]>('DELETE FROM broken_files WHERE dataset_id = ?');
  const applyBroken = db.prepare<[number]>(
    'INSERT INTO broken_files (dataset_id, path, reason) SELECT ?, path, reason FROM found_broken',
  );

  return {
    /** Forgets all, before or after a refresh. */
    clear(): void {
      for (const items of both) items.clear.run();
      clearBroken.run();
    },
    addPatches: db.transaction((datasetId: number, found: readonly FoundPatch[]) => {
      for (const patch of found) patches.insert.run({ datasetId, ...patchColumns(patch) });
    }),
    addImages: db.transaction((datasetId: number, found: readonly FoundImage[]) => {
      for (const image of found) images.insert.run({ datasetId, ...imageColumns(image) });
    }),
    addBroken: db.transaction((files: readonly BrokenFile[]) => {
      for (const { path, reason } of files) insertBroken.run(path, reason);
    }),
    /** How many items the dataset holds, and of how many of these the content was found, under whatever path. */
    recognised: (datasetId: number) => ({
      known: sum(both.map(({ known }) => known.get({ datasetId })?.n)),
      found: sum(both.map(({ recognised }) => recognised.get({ datasetId })?.n)),
    }),
    /** What the dataset holds and was not found as it is, what was found and it does not hold so, and the number of the others. */
    differences: (datasetId: number) => ({
      gone: both.flatMap(({ gone }) => gone.all({ datasetId })),
      come: both.flatMap(({ come }) => come.all()),
      unchanged: sum(both.map(({ same }) => same.get()?.n)),
    }),
    /**
     * Makes what was found the dataset's revision `revision`: rows that were not found retire, new ones are added, duplicates point at the
     * first current row with their content.
     */
    apply: db.transaction((datasetId: number, revision: number) => {
      for (const items of both) for (const step of items.apply) step.run({ datasetId, revision });
    }),
    /** Replaces the list of broken files. */
    applyBroken: db.transaction((datasetId: number) => {
      forgetBroken.run(datasetId);
      applyBroken.run(datasetId);
    }),
  };
}

const sum = (counts: readonly (number | undefined)[]) =>
  counts.reduce<number>((total, count = 0) => total + count, 0);

function itemsOf(db: Database, table: ItemTable) {
  const found = `found_${table}`;
  const stored = { ...ITEMS[table], ...TRACES[table] };
  const columns = Object.keys(stored).join(', ');
  const parameters = Object.values(stored).map((name) => `@${name}`);
  // Imports before version 6 of the schema did not hash masks: these are taken as found.
  const same = Object.entries(ITEMS[table]).map(([column, name]) =>
    column === 'mask_sha256'
      ? `(i.${column} IS @${name} OR i.${column} IS NULL AND i.mask_path IS NOT NULL)`
      : `i.${column} IS @${name}`,
  );
  const current = `dataset_id = @datasetId AND retired_in IS NULL`;
  const unseen = `NOT EXISTS (SELECT 1 FROM ${found} f WHERE f.same_as = i.id)`;
  db.exec(`
    CREATE TEMP TABLE ${found} (id INTEGER PRIMARY KEY, path TEXT UNIQUE, ${columns}, same_as INTEGER);
    CREATE UNIQUE INDEX temp.${found}_same ON ${found} (same_as) WHERE same_as IS NOT NULL;
    CREATE INDEX temp.${found}_by_content ON ${found} (sha256);`);
  const fillMasks = `
    UPDATE images AS i SET mask_sha256 = f.mask_sha256 FROM ${found} f
    WHERE f.same_as = i.id AND i.mask_sha256 IS NULL AND f.mask_sha256 IS NOT NULL`;
  const traces = Object.keys(TRACES[table]);
  const retrace = `
    UPDATE ${table} AS i SET ${traces.map((column) => `${column} = f.${column}`).join(', ')} FROM ${found} f
    WHERE f.same_as = i.id AND (${traces.map((column) => `i.${column} IS NOT f.${column}`).join(' OR ')})`;
  const apply = [
    retrace,
    `UPDATE ${table} AS i SET retired_in = @revision WHERE i.${current} AND ${unseen}`,
    `INSERT INTO ${table} (dataset_id, path, ${columns}, added_in)
       SELECT @datasetId, path, ${columns}, @revision FROM ${found} WHERE same_as IS NULL ORDER BY id`,
    `WITH affected AS (
         SELECT sha256 FROM ${table} WHERE dataset_id = @datasetId AND @revision IN (added_in, retired_in)),
       originals AS (
         SELECT id, nullif(min(id) OVER (PARTITION BY sha256), id) AS original FROM ${table}
         WHERE ${current} AND sha256 IN affected)
       UPDATE ${table} AS i SET duplicate_of = original FROM originals
       WHERE originals.id = i.id AND i.duplicate_of IS NOT original`,
  ];
  return {
    clear: db.prepare(`DELETE FROM ${found}`),
    insert: db.prepare(`
      INSERT OR IGNORE INTO ${found} (path, ${columns}, same_as) VALUES (@path, ${parameters.join(', ')},
        (SELECT id FROM ${table} i WHERE i.${current} AND i.path = @path AND ${same.join(' AND ')}))`),
    known: db.prepare<[object], { n: number }>(`SELECT count(*) AS n FROM ${table} WHERE ${current}`),
    recognised: db.prepare<[object], { n: number }>(
      `SELECT count(*) AS n FROM ${table} i
       WHERE i.${current} AND EXISTS (SELECT 1 FROM ${found} f WHERE f.sha256 = i.sha256)`,
    ),
    gone: db.prepare<[object], ChangedItem>(
      `SELECT path, lower(hex(sha256)) AS sha256 FROM ${table} i WHERE i.${current} AND ${unseen} ORDER BY id`,
    ),
    come: db.prepare<[], ChangedItem>(
      `SELECT path, lower(hex(sha256)) AS sha256 FROM ${found} WHERE same_as IS NULL ORDER BY id`,
    ),
    same: db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${found} WHERE same_as IS NOT NULL`),
    apply: (table === 'images' ? [fillMasks, ...apply] : apply).map((sql) => db.prepare(sql)),
  };
}
