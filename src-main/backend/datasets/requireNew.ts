import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../base/errors.ts';
import { defaultCutting } from '../../contract/cuttingDefaults.ts';
import type { PatchCutting } from '../../contract/values/annotations.ts';
import type { Dataset } from '../../contract/values/dataset.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';

/** What decides what an import makes of a folder or archive; paths absolute. */
interface Import {
  readonly source: string;
  /** null: recognised. */
  readonly layout: Dataset['layout'] | null;
  readonly annotations: string | null;
  readonly cutting: PatchCutting | null;
}

/**
 * A source is imported once: what has changed in it since is found by a refresh, and a second dataset would only be the first one again.
 * It may be read as another layout, and slides may be cut in another way.
 * @throws UserError naming the dataset that is there already
 */
export function requireNew({ store }: Workplace, wanted: Import): void {
  const same = (dataset: Dataset): boolean => {
    if (dataset.source !== wanted.source || dataset.status === 'failed') return false;
    if (wanted.layout !== null && wanted.layout !== dataset.layout) return false;
    if (dataset.layout !== 'annotated') return true;
    const { annotations } = found(store.datasets.importSource(dataset.id), 'dataset', dataset.id);
    const cutting = wanted.cutting ?? defaultCutting();
    return annotations === wanted.annotations && isDeepStrictEqual(dataset.cutting, cutting);
  };
  const there = store.datasets.list().find(same);
  if (!there) return;
  throw new UserError(
    there.status === 'importing'
      ? `${wanted.source} is being imported already, as “${there.name}”.`
      : `${wanted.source} is imported already, as “${there.name}”. Look for changes in that dataset instead: they are found without importing it again.`,
  );
}
