import type { Database } from 'better-sqlite3';
import type { Split } from '../../contract/values/common.ts';
import type { RecordedContent } from '../../contract/worker.ts';
import { CURRENT_ID, type KnownFile } from './retired.ts';

/** The ids of the patches that a run drew, per split, in the order in which the trainer gets them. */
export type DrawnIds = Record<Split, readonly number[]>;

/** A patch that a run drew, where its content lies now. */
export interface DrawnPatch {
  readonly id: number;
  readonly path: string;
  readonly classIndex: number;
  readonly content: RecordedContent;
}

interface DrawnRow extends Omit<DrawnPatch, 'content'>, RecordedContent {}

const toDrawn = ({ id, path, classIndex, ...content }: DrawnRow): DrawnPatch => ({
  id,
  path,
  classIndex,
  content,
});

export function runPatchesTable(db: Database) {
  const insert = db.prepare<[number, Split, number, number]>(
    'INSERT INTO run_patches (run_id, split, position, patch_id) VALUES (?, ?, ?, ?)',
  );
  // Of a patch that was retired, what is known of the file at its own path may be about another content.
  const list = db.prepare<[number, Split], DrawnRow>(`
    SELECT p.id, coalesce(c.path, p.path) AS path, p.class_index AS classIndex, lower(hex(p.sha256)) AS sha256,
      iif(p.retired_in IS NULL, p.trace, c.trace) AS trace
    FROM run_patches r JOIN patches p ON p.id = r.patch_id LEFT JOIN patches c ON c.id = ${CURRENT_ID}
    WHERE r.run_id = ? AND r.split = ? ORDER BY r.position`);
  const unsure = db.prepare<[number], KnownFile>(`
    SELECT p.path, lower(hex(p.sha256)) AS sha256
    FROM run_patches r JOIN patches p ON p.id = r.patch_id
    WHERE r.run_id = ? AND p.retired_in IS NOT NULL AND ${CURRENT_ID} IS NULL`);
  const side = db.prepare<[number], { width: number }>(`
    SELECT p.width FROM run_patches r JOIN patches p ON p.id = r.patch_id
    WHERE r.run_id = ? AND r.split = 'train' GROUP BY p.width ORDER BY count(*) DESC, p.width LIMIT 1`);
  const any = db.prepare<[number], unknown>('SELECT 1 FROM run_patches WHERE run_id = ? LIMIT 1');
  return {
    insertAll: db.transaction((runId: number, drawn: DrawnIds) => {
      for (const split of ['train', 'val', 'test'] as const)
        drawn[split].forEach((patchId, position) => insert.run(runId, split, position, patchId));
    }),
    /** Those that a refresh has retired and whose content it found nowhere: what lies at their paths now may be something else. */
    unsure: (runId: number): KnownFile[] => unsure.all(runId),
    /** The most frequent width of what it learns from, in pixels; null: nothing was drawn. */
    side: (runId: number): number | null => side.get(runId)?.width ?? null,
    drawn: (runId: number): boolean => any.get(runId) !== undefined,
    /** Each where its content lies now. */
    list: (runId: number): Record<Split, DrawnPatch[]> => ({
      train: list.all(runId, 'train').map(toDrawn),
      val: list.all(runId, 'val').map(toDrawn),
      test: list.all(runId, 'test').map(toDrawn),
    }),
  };
}
