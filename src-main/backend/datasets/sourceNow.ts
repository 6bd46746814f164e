import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DatasetSource } from '../../store/tables/datasets.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';

/**
 * What a refresh reads. @param moved where the source lies now; null: it did not move. Annotations that lay inside it, or that are no longer
 * where they were but lie to it as before, moved along.
 */
export function sourceNow({ store }: Workplace, id: number, moved: string | null): DatasetSource {
  const before = found(store.datasets.importSource(id), 'dataset', id);
  if (moved === null) return before;
  return { ...before, source: moved, annotations: movedAlong(before, moved) };
}

function movedAlong({ source, annotations }: DatasetSource, moved: string): string | null {
  if (annotations === null) return null;
  const inside = path.relative(source, annotations);
  const outside = inside.split(path.sep)[0] === '..' || path.isAbsolute(inside);
  const along = path.join(moved, inside);
  return outside && (existsSync(annotations) || !existsSync(along)) ? annotations : along;
}
