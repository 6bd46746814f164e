import type { Database } from 'better-sqlite3';
import type { CutFrom, PatchPlace } from '../../contract/values/annotations.ts';
import type { Split } from '../../contract/values/common.ts';
import type { Patch } from '../../contract/values/dataset.ts';
import type { FoundPatch, Retraced } from '../../contract/worker.ts';
import { CURRENT_ID, type KnownFile } from './retired.ts';

interface Row {
  id: number;
  dataset_id: number;
  path: string;
  class_index: number;
  split: Split | null;
  width: number;
  height: number;
  duplicate_of: number | null;
  slide: string | null;
  x: number | null;
  y: number | null;
  side: number | null;
}

/** What decides whether a run draws a patch. */
export type LabelledPatch = Omit<Patch, 'width' | 'height' | 'place'>;

export interface PatchFilter {
  readonly classIndex: number | null;
  readonly split: Split | 'pool' | null;
  readonly duplicatesOnly: boolean;
}

const toPatch = (row: Row): Patch => ({
  id: row.id,
  path: row.path,
  classIndex: row.class_index,
  split: row.split,
  width: row.width,
  height: row.height,
  duplicateOf: row.duplicate_of,
  slide: row.slide,
  place: placeOf(row),
});

/** null: the patch was not cut from an annotated slide. */
export function placeOf({ x, y, side }: Pick<Row, 'x' | 'y' | 'side'>): PatchPlace | null {
  return x === null || y === null || side === null ? null : { x, y, side };
}

/** How items that may be no patch of a slide tell where they were cut from. */
export const cutFrom = ({ slide, place }: Pick<Patch, 'slide' | 'place'>): { cutFrom?: CutFrom } =>
  slide !== null && place ? { cutFrom: { slide, place } } : {};

/** What is stored of a patch that was found. */
export function patchColumns({ place, slide = null, trace = null, sha256, ...patch }: FoundPatch) {
  const { x = null, y = null, side = null } = place ?? {};
  return { ...patch, slide, trace, x, y, side, sha256: Buffer.from(sha256, 'hex') };
}

const FILTER = `
  WHERE dataset_id = @datasetId AND retired_in IS NULL
    AND (@classIndex IS NULL OR class_index = @classIndex)
    AND (@split IS NULL OR coalesce(split, 'pool') = @split)
    AND (@duplicatesOnly = 0 OR duplicate_of IS NOT NULL)`;

export function patchesTable(db: Database) {
  // A duplicate points at the first patch with the same bytes. A file imported again (a restarted import) is kept.
  const insert = db.prepare(`
    INSERT INTO patches (dataset_id, path, class_index, split, width, height, sha256, trace, slide, x, y, side, duplicate_of)
    VALUES (@datasetId, @path, @classIndex, @split, @width, @height, @sha256, @trace, @slide, @x, @y, @side,
      (SELECT min(id) FROM patches WHERE dataset_id = @datasetId AND sha256 = @sha256 AND retired_in IS NULL))
    ON CONFLICT (dataset_id, path) WHERE retired_in IS NULL DO NOTHING`);
  const get = db.prepare<[number], Row>('SELECT * FROM patches WHERE id = ?');
  const whereabouts = db.prepare<[number], KnownFile & { moved: string | null; retired: number }>(`
    SELECT p.path, lower(hex(p.sha256)) AS sha256, c.path AS moved, p.retired_in IS NOT NULL AS retired
    FROM patches p LEFT JOIN patches c ON c.id = ${CURRENT_ID} WHERE p.id = ?`);
  // In the order of paths, which the unique index gives; only what a draw looks at, because there may be hundreds of thousands.
  const labelled = db.prepare<[number], LabelledPatch>(`
    SELECT id, path, class_index AS classIndex, split, duplicate_of AS duplicateOf, slide
    FROM patches WHERE dataset_id = ? AND retired_in IS NULL ORDER BY path`);
  // In the order of the import, in which originals come before their duplicates.
  const imported = db.prepare<[number], Row>(
    'SELECT * FROM patches WHERE dataset_id = ? AND retired_in IS NULL ORDER BY id',
  );
  const retrace = db.prepare<[string, number]>('UPDATE patches SET trace = ? WHERE id = ?');
  const count = db.prepare<[object], { n: number }>(
    `SELECT count(*) AS n FROM patches INDEXED BY patches_in_order ${FILTER}`,
  );
  const page = db.prepare<[object], Row>(
    `SELECT * FROM patches WHERE id IN (
      SELECT id FROM patches INDEXED BY patches_in_order ${FILTER} ORDER BY id LIMIT @limit OFFSET @offset)
    ORDER BY id`,
  );

  return {
    insertAll: db.transaction((datasetId: number, found: readonly FoundPatch[]) => {
      for (const patch of found) insert.run({ datasetId, ...patchColumns(patch) });
    }),
    get(id: number): (Patch & { datasetId: number }) | null {
      const row = get.get(id);
      return row ? { ...toPatch(row), datasetId: row.dataset_id } : null;
    },
    /** Where a patch's content lies; where that is not sure, because a refresh has retired it and found its content nowhere, `sha256` tells it. */
    whereabouts(id: number): { path: string; sha256: string | null } | null {
      const row = whereabouts.get(id);
      if (!row) return null;
      return { path: row.moved ?? row.path, sha256: row.retired && row.moved === null ? row.sha256 : null };
    },
    /** Files that hold what is on record, with other traces than before. */
    retrace: db.transaction((files: Retraced['items']) => {
      for (const { id, trace } of files) retrace.run(trace, id);
    }),
    labelled: (datasetId: number): LabelledPatch[] => labelled.all(datasetId),
    imported: (datasetId: number): Patch[] => imported.all(datasetId).map(toPatch),
    page(datasetId: number, filter: PatchFilter, offset: number, limit: number) {
      const where = {
        datasetId,
        classIndex: filter.classIndex,
        split: filter.split,
        duplicatesOnly: Number(filter.duplicatesOnly),
      };
      return {
        total: count.get(where)?.n ?? 0,
        patches: page.all({ ...where, offset, limit }).map(toPatch),
      };
    },
  };
}
