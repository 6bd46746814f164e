import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { DatasetImage } from '../../contract/values/dataset.ts';
import type { FoundImage } from '../../contract/worker.ts';
import { fromJson } from '../json.ts';

type PartOfImages = DatasetImage['split'];

interface Row {
  id: number;
  dataset_id: number;
  path: string;
  mask_path: string | null;
  labels: string;
  split: PartOfImages;
  width: number;
  height: number;
  duplicate_of: number | null;
}

export interface ImageFilter {
  readonly classIndex: number | null;
  readonly split: PartOfImages | null;
  readonly duplicatesOnly: boolean;
}

const Labels = z.array(z.int());

const toImage = (row: Row): DatasetImage => ({
  id: row.id,
  path: row.path,
  maskPath: row.mask_path,
  labels: fromJson(Labels, row.labels, 'images.labels'),
  split: row.split,
  width: row.width,
  height: row.height,
  duplicateOf: row.duplicate_of,
});

const FILTER = `
  WHERE dataset_id = @datasetId
    AND (@classIndex IS NULL OR EXISTS (SELECT 1 FROM json_each(labels) WHERE value = @classIndex))
    AND (@split IS NULL OR split = @split)
    AND (@duplicatesOnly = 0 OR duplicate_of IS NOT NULL)`;

/** Natural images with weak labels. */
export function imagesTable(db: Database) {
  // A duplicate points at the first image with the same bytes. A file imported again (a restarted import) is kept.
  const insert = db.prepare(`
    INSERT INTO images (dataset_id, path, mask_path, labels, split, width, height, sha256, duplicate_of)
    VALUES (@datasetId, @path, @maskPath, @labels, @split, @width, @height, @sha256,
      (SELECT min(id) FROM images WHERE dataset_id = @datasetId AND sha256 = @sha256))
    ON CONFLICT (dataset_id, path) DO NOTHING`);
  const get = db.prepare<[number], Row>('SELECT * FROM images WHERE id = ?');
  const all = db.prepare<[number], Row>('SELECT * FROM images WHERE dataset_id = ? ORDER BY id');
  const count = db.prepare<[object], { n: number }>(`SELECT count(*) AS n FROM images ${FILTER}`);
  const page = db.prepare<[object], Row>(
    `SELECT * FROM images ${FILTER} ORDER BY id LIMIT @limit OFFSET @offset`,
  );

  return {
    insertAll: db.transaction((datasetId: number, found: readonly FoundImage[]) => {
      for (const image of found)
        insert.run({
          ...image,
          datasetId,
          labels: JSON.stringify(image.labels),
          sha256: Buffer.from(image.sha256, 'hex'),
        });
    }),
    get(id: number): (DatasetImage & { datasetId: number }) | null {
      const row = get.get(id);
      return row ? { ...toImage(row), datasetId: row.dataset_id } : null;
    },
    /** In the order of the import. */
    of: (datasetId: number): DatasetImage[] => all.all(datasetId).map(toImage),
    page(datasetId: number, filter: ImageFilter, offset: number, limit: number) {
      const where = { datasetId, ...filter, duplicatesOnly: Number(filter.duplicatesOnly) };
      return {
        total: count.get(where)?.n ?? 0,
        images: page.all({ ...where, offset, limit }).map(toImage),
      };
    },
  };
}
