import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { DatasetLayout } from '../contract/values/dataset.ts';

const PackPlace = z.object({ file: z.string() });

/** Whether a dataset's files are gone: its root, or, of PCam, whose root holds indexes, pixels that these point at. */
export function filesMissing(layout: DatasetLayout, root: string): boolean {
  if (layout !== 'pcam') return !existsSync(root);
  try {
    const indexes = readdirSync(root).filter((name) => name.endsWith('.h5.json'));
    return indexes.some((name) => {
      const { file } = PackPlace.parse(JSON.parse(readFileSync(path.join(root, name), 'utf8')));
      return !existsSync(path.resolve(root, file));
    });
  } catch {
    return true; // the root or an index cannot be read: nothing can be trained on it either
  }
}
