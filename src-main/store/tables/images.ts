import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { DatasetImage } from '../../contract/values/dataset.ts';
import type { FoundImage, RecordedContent, Retraced } from '../../contract/worker.ts';
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

interface ContentRow extends RecordedContent {
  id: number;
  maskSha256: string | null;
  maskTrace: string | null;
}

/** What is on record of an image's file and of its mask's. */
export interface ImageContents {
  readonly image: RecordedContent;
  /** null: it has none, or an import before version 6 of the schema did not hash it. */
  readonly mask: RecordedContent | null;
}

const toContents = ({ sha256, trace, maskSha256, maskTrace }: ContentRow): ImageContents => ({
  image: { sha256, trace },
  mask: maskSha256 === null ? null : { sha256: maskSha256, trace: maskTrace },
});

const AT_REVISION = 'added_in <= @revision AND (retired_in IS NULL OR retired_in > @revision)';

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

/** What is stored of an image that was found. */
export function imageColumns({
  labels,
  sha256,
  maskSha256,
  trace = null,
  maskTrace = null,
  ...image
}: FoundImage) {
  return {
    ...image,
    trace,
    maskTrace,
    labels: JSON.stringify(labels),
    sha256: Buffer.from(sha256, 'hex'),
    maskSha256: maskSha256 === null ? null : Buffer.from(maskSha256, 'hex'),
  };
}

const FILTER = `
  WHERE dataset_id = @datasetId AND retired_in IS NULL
    AND (@classIndex IS NULL OR EXISTS (SELECT 1 FROM json_each(labels) WHERE value = @classIndex))
    AND (@split IS NULL OR split = @split)
    AND (@duplicatesOnly = 0 OR duplicate_of IS NOT NULL)`;

/** Natural images with weak labels. */
export function imagesTable(db: Database) {
  // A duplicate points at the first image with the same bytes. A file imported again (a restarted import) is kept.
  const insert = db.prepare(`
    INSERT INTO images (dataset_id, path, mask_path, labels, split, width, height, sha256, mask_sha256, trace, mask_trace,
      duplicate_of)
    VALUES (@datasetId, @path, @maskPath, @labels, @split, @width, @height, @sha256, @maskSha256, @trace, @maskTrace,
      (SELECT min(id) FROM images WHERE dataset_id = @datasetId AND sha256 = @sha256 AND retired_in IS NULL))
    ON CONFLICT (dataset_id, path) WHERE retired_in IS NULL DO NOTHING`);
  const get = db.prepare<[number], Row>('SELECT * FROM images WHERE id = ?');
  // Which is a duplicate of which may have changed since.
  const at = db.prepare<[{ datasetId: number; revision: number }], Row>(`
    SELECT id, dataset_id, path, mask_path, labels, split, width, height,
      nullif(min(id) OVER (PARTITION BY sha256), id) AS duplicate_of
    FROM images WHERE dataset_id = @datasetId AND ${AT_REVISION} ORDER BY id`);
  const retiredContent = db.prepare<[number], { image: string; mask: string | null }>(`
    SELECT lower(hex(sha256)) AS image, iif(mask_sha256 IS NULL, NULL, lower(hex(mask_sha256))) AS mask
    FROM images WHERE id = ? AND retired_in IS NOT NULL`);
  // Of an image that was retired, what is known of the file at its path may be about another content.
  const contents = db.prepare<[{ datasetId: number; revision: number }], ContentRow>(`
    SELECT id, lower(hex(sha256)) AS sha256, iif(retired_in IS NULL, trace, NULL) AS trace,
      iif(mask_sha256 IS NULL, NULL, lower(hex(mask_sha256))) AS maskSha256, iif(retired_in IS NULL, mask_trace, NULL) AS maskTrace
    FROM images WHERE dataset_id = @datasetId AND ${AT_REVISION}`);
  const retrace = db.prepare<[string, number]>('UPDATE images SET trace = ? WHERE id = ?');
  const retraceMask = db.prepare<[string, number]>('UPDATE images SET mask_trace = ? WHERE id = ?');
  const all = db.prepare<[number], Row>(
    'SELECT * FROM images WHERE dataset_id = ? AND retired_in IS NULL ORDER BY id',
  );
  const count = db.prepare<[object], { n: number }>(`SELECT count(*) AS n FROM images ${FILTER}`);
  const page = db.prepare<[object], Row>(
    `SELECT * FROM images ${FILTER} ORDER BY id LIMIT @limit OFFSET @offset`,
  );

  return {
    insertAll: db.transaction((datasetId: number, found: readonly FoundImage[]) => {
      for (const image of found) insert.run({ datasetId, ...imageColumns(image) });
    }),
    get(id: number): (DatasetImage & { datasetId: number }) | null {
      const row = get.get(id);
      return row ? { ...toImage(row), datasetId: row.dataset_id } : null;
    },
    /** In the order of the import. */
    of: (datasetId: number): DatasetImage[] => all.all(datasetId).map(toImage),
    /** As the dataset was at a revision. */
    at: (datasetId: number, revision: number): DatasetImage[] => at.all({ datasetId, revision }).map(toImage),
    /** What is on record of the files of these images, by their ids. */
    contents: (datasetId: number, revision: number): Map<number, ImageContents> =>
      new Map(contents.all({ datasetId, revision }).map((row) => [row.id, toContents(row)])),
    /** Files that hold what is on record, with other traces than before. */
    retrace: db.transaction(({ items, masks }: Omit<Retraced, 'type'>) => {
      for (const { id, trace } of items) retrace.run(trace, id);
      for (const { id, trace } of masks) retraceMask.run(trace, id);
    }),
    /** What an image that was retired consisted of, by SHA-256; null: it is current. */
    retiredContent: (id: number): { image: string; mask: string | null } | null =>
      retiredContent.get(id) ?? null,
    page(datasetId: number, filter: ImageFilter, offset: number, limit: number) {
      const where = { datasetId, ...filter, duplicatesOnly: Number(filter.duplicatesOnly) };
      return {
        total: count.get(where)?.n ?? 0,
        images: page.all({ ...where, offset, limit }).map(toImage),
      };
    },
  };
}
