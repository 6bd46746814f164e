import { stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { counted } from '../../base/words.ts';
import type { DatasetPreview } from '../../contract/values/dataset.ts';
import { naturalOrder } from '../../data/import/names.ts';
import { findAnnotated, type AnnotatedSource } from './pairs.ts';
import { readAnnotations } from './readAnnotations.ts';

/** Annotations are read for the preview up to so many bytes; larger ones when cutting is previewed. */
const MOST_BYTES = 16 * 2 ** 20;

/**
 * What lies at a path, where it is annotated slides; null: something else.
 * @param annotations the folder or file of the annotations; null: beside the slides
 * @throws UserError when it has to be annotated slides
 */
export async function annotatedPreview(
  source: string,
  annotations: string | null,
): Promise<DatasetPreview | null> {
  const found = await findAnnotated(source, { annotations, sure: false });
  if (!found) return null;
  const splits = new Set(found.pairs.map(({ split }) => split));
  return {
    layout: 'annotated',
    content: 'patches',
    suggestedName: path.parse(path.resolve(source)).name,
    classes: (await classNames(found)).map((name) => ({ name, files: null })),
    splits: (['train', 'val', 'test'] as const).filter((split) => splits.has(split)),
    files: found.pairs.length,
    notes: [
      `${counted(found.pairs.length, 'slide')} with annotations. Patches are cut into the workspace.`,
      ...(found.leftOut.length > 0
        ? [
            `Left out: ${counted(found.leftOut.length, 'file')}, such as ${found.leftOut[0]?.path}. ${found.leftOut[0]?.reason}`,
          ]
        : []),
    ],
  };
}

/** None where there is too much to read, or nothing can be read. */
async function classNames({ pairs }: AnnotatedSource): Promise<string[]> {
  const sizes = await Promise.all(
    pairs.map(async ({ annotationsFile }) => (await stat(annotationsFile)).size),
  );
  if (sizes.reduce((sum, size) => sum + size, 0) > MOST_BYTES) return [];
  const names = new Set<string>();
  for (const { annotationsFile } of pairs) {
    const { list } = await readAnnotations(annotationsFile).catch((error: unknown) => {
      if (error instanceof UserError) return { list: [] }; // the import says what is wrong
      throw error;
    });
    for (const { className } of list) if (className !== null) names.add(className);
  }
  return [...names].sort(naturalOrder);
}
