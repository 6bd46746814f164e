import type { Database } from 'better-sqlite3';
import type { Split } from '../../contract/values/common.ts';
import type { Patch } from '../../contract/values/dataset.ts';
import type { FoundPatch } from '../../contract/worker.ts';

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
}

/** What decides whether a run draws a patch. */
export type LabelledPatch = Omit<Patch, 'width' | 'height'>;

/** What a check of the dataset looks at. */
export type SizedPatch = Omit<Patch, 'slide'>;

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
});

const FILTER = `
  WHERE dataset_id = @datasetId
    AND (@classIndex IS NULL OR class_index = @classIndex)
    AND (@split IS NULL OR coalesce(split, 'pool') = @split)
    AND (@duplicatesOnly = 0 OR duplicate_of IS NOT NULL)`;

export function patchesTable(db: Database) {
  // A duplicate points at the first patch with the same bytes. A file imported again (a restarted import) is kept.
  const insert = db.prepare(`
    INSERT INTO patches (dataset_id, path, class_index, split, width, height, sha256, slide, duplicate_of)
    VALUES (@datasetId, @path, @classIndex, @split, @width, @height, @sha256, @slide,
      (SELECT min(id) FROM patches WHERE dataset_id = @datasetId AND sha256 = @sha256))
    ON CONFLICT (dataset_id, path) DO NOTHING`);
  const get = db.prepare<[number], Row>('SELECT * FROM patches WHERE id = ?');
  // In the order of paths, which the unique index gives; only what a draw looks at, because there may be hundreds of thousands.
  const labelled = db.prepare<[number], LabelledPatch>(`
    SELECT id, path, class_index AS classIndex, split, duplicate_of AS duplicateOf, slide
    FROM patches WHERE dataset_id = ? ORDER BY path`);
  // In the order of the import, in which originals come before their duplicates.
  const sized = db.prepare<[number], SizedPatch>(`
    SELECT id, path, class_index AS classIndex, split, width, height, duplicate_of AS duplicateOf
    FROM patches WHERE dataset_id = ? ORDER BY id`);
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
      for (const patch of found)
        insert.run({
          ...patch,
          slide: patch.slide ?? null,
          datasetId,
          sha256: Buffer.from(patch.sha256, 'hex'),
        });
    }),
    get(id: number): (Patch & { datasetId: number }) | null {
      const row = get.get(id);
      return row ? { ...toPatch(row), datasetId: row.dataset_id } : null;
    },
    labelled: (datasetId: number): LabelledPatch[] => labelled.all(datasetId),
    sized: (datasetId: number): SizedPatch[] => sized.all(datasetId),
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
