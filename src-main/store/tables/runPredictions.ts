import type { Database } from 'better-sqlite3';
import type { Split } from '../../contract/values/common.ts';
import type { PatchPrediction } from '../../contract/values/run.ts';
import { cutFrom, placeOf } from './patches.ts';
import { argmax, fromBlob, toBlob } from '../scores.ts';

interface Row {
  patch_id: number;
  path: string;
  slide: string | null;
  x: number | null;
  y: number | null;
  side: number | null;
  split: Split;
  true_class: number;
  predicted_class: number;
  scores: Uint8Array;
}

export interface PredictionFilter {
  readonly split: Split;
  readonly trueClass: number | null;
  readonly predictedClass: number | null;
}

export interface PredictionBatch {
  readonly split: Split;
  /** [patches] */
  readonly patchIds: readonly number[];
  /** [patches] */
  readonly trueClasses: readonly number[];
  /** [patches, classes], row-major */
  readonly scores: Float32Array;
}

const FILTER = `
  FROM run_predictions r JOIN patches p ON p.id = r.patch_id
  WHERE r.run_id = @runId AND r.split = @split
    AND (@trueClass IS NULL OR r.true_class = @trueClass)
    AND (@predictedClass IS NULL OR r.predicted_class = @predictedClass)`;

export function runPredictionsTable(db: Database) {
  const put = db.prepare(`
    INSERT OR REPLACE INTO run_predictions (run_id, patch_id, split, true_class, predicted_class, confidence, scores)
    VALUES (@runId, @patchId, @split, @trueClass, @predictedClass, @confidence, @scores)`);
  const count = db.prepare<[object], { n: number }>(`SELECT count(*) AS n ${FILTER}`);
  // Mistakes first, the most confident on top; then hits, the least certain on top.
  const page = db.prepare<[object], Row>(`
    SELECT r.*, p.path, p.slide, p.x, p.y, p.side ${FILTER}
    ORDER BY r.true_class = r.predicted_class,
      iif(r.true_class = r.predicted_class, r.confidence, -r.confidence), r.patch_id
    LIMIT @limit OFFSET @offset`);

  return {
    putAll: db.transaction((runId: number, batch: PredictionBatch) => {
      const classes = batch.scores.length / batch.patchIds.length;
      batch.patchIds.forEach((patchId, i) => {
        const scores = batch.scores.subarray(i * classes, (i + 1) * classes);
        const predictedClass = argmax(scores);
        put.run({
          runId,
          patchId,
          split: batch.split,
          trueClass: batch.trueClasses[i],
          predictedClass,
          confidence: scores[predictedClass],
          scores: toBlob(scores),
        });
      });
    }),
    page(runId: number, filter: PredictionFilter, offset: number, limit: number) {
      const where = { runId, ...filter };
      const predictions = page.all({ ...where, offset, limit }).map((row): PatchPrediction => ({
        patchId: row.patch_id,
        path: row.path,
        ...cutFrom({ slide: row.slide, place: placeOf(row) }),
        split: row.split,
        trueClass: row.true_class,
        predictedClass: row.predicted_class,
        scores: [...fromBlob(row.scores)],
      }));
      return { total: count.get(where)?.n ?? 0, predictions };
    },
  };
}
