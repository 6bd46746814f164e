import { RESEARCH_USE_ONLY } from '../../contract/researchUse.ts';
import type { WorkerSpec } from '../../contract/worker.ts';

/** What the exports are made of. */
export type SlideScores = Omit<WorkerSpec<'export'>, 'files'>;

export interface ScoredPatch {
  readonly column: number;
  readonly row: number;
  /** Corner in level-0 pixels. */
  readonly x: number;
  readonly y: number;
  /** One per class, summing to 1. */
  readonly scores: Float32Array;
  /** The class with the highest score. */
  readonly best: number;
}

export function* scoredPatches({
  grid,
  columns,
  rows,
  scores,
  classNames,
}: SlideScores): Generator<ScoredPatch> {
  const classes = classNames.length;
  for (let i = 0; i < columns.length; i++) {
    const [column, row] = [columns[i] ?? 0, rows[i] ?? 0];
    const own = scores.subarray(i * classes, (i + 1) * classes);
    const best = own.indexOf(own.reduce((a, b) => Math.max(a, b), 0));
    yield {
      column,
      row,
      x: column * grid.stride,
      y: row * grid.stride,
      scores: own,
      best: Math.max(0, best),
    };
  }
}

/** Six decimals: all that a float32 between 0 and 1 is good for. */
export function roundScore(score: number): number {
  return Math.round(score * 1e6) / 1e6;
}

/** What a reader of an exported file has to know about its origin. */
export interface Provenance {
  readonly notice: string;
  readonly generator: string;
  readonly slide: string;
  readonly model: string;
  /** Only where it applies. */
  readonly synthetic?: string;
  readonly unreadable?: string;
}

export function provenance({ slide, model, unreadable }: SlideScores): Provenance {
  return {
    notice: RESEARCH_USE_ONLY,
    generator: 'Tessera',
    slide: slide.name,
    model: model.name,
    ...(model.synthetic ? { synthetic: 'The model was trained on synthetic data.' } : {}),
    ...(unreadable
      ? { unreadable: `${unreadable.patches} patches of tissue could not be read: ${unreadable.reason}.` }
      : {}),
  };
}
