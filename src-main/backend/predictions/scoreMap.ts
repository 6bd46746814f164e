import { NO_SCORE } from '../../contract/images.ts';
import type { Workplace } from '../session.ts';
import { getPrediction } from './predictions.ts';

/** The scores of a prediction as `imageRoutes.predictionScores` describes them; empty before the grid is known. */
export function scoreMap(workplace: Workplace, id: number): Uint8Array<ArrayBuffer> {
  const { grid, classNames } = getPrediction(workplace, id);
  if (!grid) return new Uint8Array(0);
  const classes = classNames.length;
  const map = new Uint8Array(grid.rows * grid.columns * classes).fill(NO_SCORE);
  const { columns, rows, scores } = workplace.store.patchScores.all(id, classes);
  for (let i = 0; i < columns.length; i++) {
    const cell = ((rows[i] ?? 0) * grid.columns + (columns[i] ?? 0)) * classes;
    for (let c = 0; c < classes; c++) map[cell + c] = Math.round((scores[i * classes + c] ?? 0) * 254);
  }
  return map;
}
