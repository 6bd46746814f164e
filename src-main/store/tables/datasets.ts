import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { defaultCutting } from '../../contract/cuttingDefaults.ts';
import { PatchCutting } from '../../contract/values/annotations.ts';
import { DatasetChanges, DatasetLayout, type Dataset } from '../../contract/values/dataset.ts';
import type { JobStatus } from '../../contract/values/job.ts';
import { filesMissing } from '../filesMissing.ts';
import { fromJson } from '../json.ts';
import { fromStored, toStored } from '../storedPath.ts';
import {
  summariseImages,
  summarisePatches,
  type GroupRow,
  type ImageGroupRow,
  type LabelRow,
  type SlideRow,
} from './datasetSummary.ts';

interface Row {
  id: number;
  name: string;
  layout: string;
  root: string;
  source: string;
  mpp: number | null;
  class_names: string;
  created_at: number;
  revision: number;
  annotations: string | null;
  cutting: string | null;
  status: JobStatus | null;
  broken: number;
}

export interface NewDataset {
  readonly name: string;
  readonly layout: DatasetLayout;
  readonly root: string;
  readonly source: string;
  readonly mpp: number | null;
  /** Of annotated slides: where their annotations lie, null: beside them; and how patches are cut. */
  readonly annotations?: string | null;
  readonly cutting?: PatchCutting | null;
}

/** What an import reads, first or again. */
export type DatasetSource = Pick<Dataset, 'source' | 'cutting'> & { annotations: string | null };

/** Where a dataset lies and what its classes are, by a refresh. */
export type RevisedDataset = Pick<Dataset, 'root' | 'source'> & {
  annotations: string | null;
  classNames: readonly string[];
};

const SELECT = `
  SELECT d.*, j.status, (SELECT count(*) FROM broken_files b WHERE b.dataset_id = d.id) AS broken
  FROM datasets d LEFT JOIN jobs j
    ON j.id = (SELECT max(id) FROM jobs WHERE dataset_id = d.id AND kind IN ('import', 'synthesize'))`;

function statusOf(job: JobStatus | null): Dataset['status'] {
  if (job === 'queued' || job === 'running') return 'importing';
  return job === 'done' ? 'ready' : 'failed';
}

export function datasetsTable(db: Database, workspace: string) {
  const insert = db.prepare(`
    INSERT INTO datasets (name, layout, root, source, mpp, annotations, cutting, class_names, created_at)
    VALUES (@name, @layout, @root, @source, @mpp, @annotations, @cutting, '[]', @createdAt)`);
  const get = db.prepare<[number], Row>(`${SELECT} WHERE d.id = ?`);
  const place = db.prepare<[number], Pick<Row, 'root' | 'class_names'>>(
    'SELECT root, class_names FROM datasets WHERE id = ?',
  );
  const exists = db.prepare<[number], unknown>('SELECT 1 FROM datasets WHERE id = ?');
  const importSource = db.prepare<[number], Pick<Row, 'source' | 'annotations' | 'cutting'>>(
    'SELECT source, annotations, cutting FROM datasets WHERE id = ?',
  );
  const list = db.prepare<[], Row>(`${SELECT} ORDER BY d.id DESC`);
  const groups = db.prepare<[number], GroupRow>(`
    SELECT class_index, split, width, height, count(*) AS count, count(duplicate_of) AS duplicates
    FROM patches WHERE dataset_id = ? AND retired_in IS NULL GROUP BY class_index, split, width, height`);
  const slides = db.prepare<[number], SlideRow>(`
    SELECT slide, count(*) AS patches, count(DISTINCT coalesce(split, 'pool')) AS splits
    FROM patches WHERE dataset_id = ? AND slide IS NOT NULL AND retired_in IS NULL GROUP BY slide`);
  const imageGroups = db.prepare<[number], ImageGroupRow>(`
    SELECT width, height, count(*) AS count, count(mask_path) AS masks, count(duplicate_of) AS duplicates
    FROM images WHERE dataset_id = ? AND retired_in IS NULL GROUP BY width, height`);
  const labels = db.prepare<[number], LabelRow>(`
    SELECT label.value AS class_index, split, count(*) AS count
    FROM images, json_each(images.labels) AS label WHERE dataset_id = ? AND retired_in IS NULL GROUP BY 1, 2`);
  const rename = db.prepare<[string, number]>('UPDATE datasets SET name = ? WHERE id = ?');
  const setRoot = db.prepare<[string, number]>('UPDATE datasets SET root = ? WHERE id = ?');
  const setPlace = db.prepare<[string, string, number]>(
    'UPDATE datasets SET root = ?, source = ? WHERE id = ?',
  );
  const setLayout = db.prepare(`
    UPDATE datasets SET layout = @layout, root = @root, class_names = @classNames,
      mpp = iif(@layout = 'annotated', coalesce(@mpp, mpp), coalesce(mpp, @mpp)),
      cutting = iif(@layout = 'annotated', coalesce(cutting, @cutting), NULL)
    WHERE id = @id`);
  const changes = db.prepare<[number], { changes: string | null }>(
    'SELECT changes FROM datasets WHERE id = ?',
  );
  const setMpp = db.prepare<[number | null, number]>('UPDATE datasets SET mpp = ? WHERE id = ?');
  const revise = db.prepare(`
    UPDATE datasets SET root = @root, source = @source, annotations = @annotations, class_names = @classNames,
      revision = coalesce(@revision, revision), changes = coalesce(@changes, changes)
    WHERE id = @id`);
  const remove = db.prepare<[number]>('DELETE FROM datasets WHERE id = ?');
  const unlinkDuplicates = ['patches', 'images'].map((table) =>
    db.prepare<[number]>(
      `UPDATE ${table} SET duplicate_of = NULL WHERE dataset_id = ? AND duplicate_of IS NOT NULL`,
    ),
  );

  const classNamesOf = (row: Pick<Row, 'class_names'>) =>
    fromJson(z.array(z.string()), row.class_names, 'datasets.class_names');
  const cuttingOf = (row: Pick<Row, 'cutting'>) =>
    row.cutting === null ? null : fromJson(PatchCutting, row.cutting, 'datasets.cutting');
  const toDataset = (row: Row): Dataset => {
    const layout = DatasetLayout.parse(row.layout);
    const classNames = classNamesOf(row);
    const root = fromStored(workspace, row.root);
    const status = statusOf(row.status);
    return {
      id: row.id,
      name: row.name,
      layout,
      root,
      source: fromStored(workspace, row.source),
      status,
      synthetic: layout === 'synthetic',
      mpp: row.mpp,
      createdAt: row.created_at,
      revision: row.revision,
      missing: status === 'ready' && filesMissing(layout, root),
      cutting: cuttingOf(row),
      broken: row.broken,
      ...(layout === 'voc'
        ? summariseImages(classNames, imageGroups.all(row.id), labels.all(row.id))
        : summarisePatches(classNames, groups.all(row.id), slides.all(row.id))),
    };
  };

  return {
    /** @returns its id */
    insert({ root, source, annotations = null, cutting = null, ...dataset }: NewDataset): number {
      const stored = {
        ...dataset,
        root: toStored(workspace, root),
        source: toStored(workspace, source),
        annotations: annotations && toStored(workspace, annotations),
        cutting: cutting && JSON.stringify(cutting),
      };
      return Number(insert.run({ ...stored, createdAt: Date.now() }).lastInsertRowid);
    },
    get(id: number): Dataset | null {
      const row = get.get(id);
      return row ? toDataset(row) : null;
    },
    exists: (id: number): boolean => exists.get(id) !== undefined,
    /** What finds and names a dataset's files, without counting anything. */
    place(id: number): (Pick<Dataset, 'root'> & { classNames: string[] }) | null {
      const row = place.get(id);
      return row ? { root: fromStored(workspace, row.root), classNames: classNamesOf(row) } : null;
    },
    /** What the newest revision changed; null: there is none but the first. */
    changes(id: number): DatasetChanges | null {
      const row = changes.get(id);
      return row?.changes ? fromJson(DatasetChanges, row.changes, 'datasets.changes') : null;
    },
    setMpp: (id: number, mpp: number | null) => setMpp.run(mpp, id),
    /** What a refresh found of the dataset itself. @param changed null: the items are those that it had */
    revise(id: number, revised: RevisedDataset, changed: DatasetChanges | null): void {
      revise.run({
        id,
        root: toStored(workspace, revised.root),
        source: toStored(workspace, revised.source),
        annotations: revised.annotations && toStored(workspace, revised.annotations),
        classNames: JSON.stringify(revised.classNames),
        revision: changed?.revision ?? null,
        changes: changed && JSON.stringify(changed),
      });
    },
    /** What an import reads. */
    importSource(id: number): DatasetSource | null {
      const row = importSource.get(id);
      return row
        ? {
            source: fromStored(workspace, row.source),
            annotations: row.annotations && fromStored(workspace, row.annotations),
            cutting: cuttingOf(row),
          }
        : null;
    },
    list: (): Dataset[] => list.all().map(toDataset),
    rename: (id: number, name: string) => rename.run(name, id),
    setRoot: (id: number, root: string) => setRoot.run(toStored(workspace, root), id),
    /** Of a dataset that Tessera makes itself. */
    setPlace: (id: number, folder: string) =>
      setPlace.run(toStored(workspace, folder), toStored(workspace, folder), id),
    /** What the import found; the user's own microns per pixel go before the layout's, but not before those that patches were cut at. */
    setLayout(
      id: number,
      found: { layout: DatasetLayout; root: string; classNames: string[]; mpp: number | null },
    ): void {
      setLayout.run({
        id,
        layout: found.layout,
        root: toStored(workspace, found.root),
        classNames: JSON.stringify(found.classNames),
        mpp: found.mpp,
        cutting: JSON.stringify(defaultCutting()),
      });
    },
    /** With its patches, images, broken files and jobs. */
    remove: db.transaction((id: number) => {
      for (const unlink of unlinkDuplicates) unlink.run(id); // or each cascaded row would be checked against its duplicates
      remove.run(id);
    }),
  };
}
