import { renameSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { quoted } from '../../base/words.ts';
import type { ParsedInput, RequestOutput } from '../../contract/requests.ts';
import type { Dataset } from '../../contract/values/dataset.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import { publishDataset } from '../announce.ts';
import type { ImportParameters } from '../jobs/import.ts';
import { found } from '../problems.ts';
import { requireIdle } from './activeJob.ts';
import { removeFolders } from './datasetFolders.ts';
import { requireNew } from './requireNew.ts';
import type { Workplace } from '../session.ts';

export function getDataset({ store }: Workplace, id: number): Dataset {
  return found(store.datasets.get(id), 'dataset', id);
}

/** A workspace, and what takes the import's job. */
type Importing = Workplace & { readonly queue: Pick<JobQueue, 'enqueue'> };

/** Stores the dataset and queues its import. @throws UserError when the path or the name will not do, or the path is imported already */
export async function importDataset(
  session: Importing,
  input: ParsedInput<'datasets.import'>,
): Promise<RequestOutput<'datasets.import'>> {
  const source = path.resolve(input.path);
  await stat(source).catch(() => {
    throw new UserError(`There is no folder or file ${source}. Choose it again.`);
  });
  const annotations = input.annotations && path.resolve(input.annotations);
  const wanted = { ...input, source, annotations };
  requireNew(session, wanted);
  const { store, queue, files } = session;
  const kept = await keepFolder(session, input.name, source);
  await freeName(session, input.name);
  return store.transaction(() => {
    requireNew(session, wanted); // another import may have come while the earlier one's folders were moved and removed
    requireFree(session, input.name);
    const id = store.datasets.insert({
      name: input.name,
      layout: input.layout ?? 'folder', // until the import has looked
      root: source,
      source,
      mpp: input.mpp,
      annotations,
      cutting: input.cutting,
    });
    if (kept) renameSync(kept, files.dataset(id));
    if (/\.(zip|tar)$/i.test(source)) store.datasets.setRoot(id, files.dataset(id));
    const parameters: ImportParameters = { layout: input.layout };
    const job = queue.enqueue({ kind: 'import', title: `Import ${input.name}`, datasetId: id, parameters });
    return { dataset: getDataset(session, id), job };
  });
}

/**
 * Saves what an import of the same source that did not come to its end has unpacked and copied: the next one goes on from there.
 * @returns where it lies now; null: there was none
 */
async function keepFolder({ store, files }: Workplace, name: string, source: string): Promise<string | null> {
  const failed = store.datasets.list().find((one) => one.name === name && one.status === 'failed');
  if (failed?.source !== source) return null;
  const kept = path.join(files.datasets, `kept-${failed.id}`);
  try {
    await rename(files.dataset(failed.id), kept);
    return kept;
  } catch {
    return null; // it had made nothing yet
  }
}

/** Datasets are spoken of by name. A failed import of this name gives way to the new one. */
async function freeName(workplace: Workplace, name: string): Promise<void> {
  const taken = workplace.store.datasets.list().find((dataset) => dataset.name === name);
  if (taken?.status === 'failed') await deleteDataset(workplace, taken.id);
  else requireFree(workplace, name);
}

function requireFree({ store }: Workplace, name: string): void {
  if (store.datasets.list().some((dataset) => dataset.name === name))
    throw new UserError(
      `There is a dataset called “${name}” already. Choose another name, or rename that one.`,
    );
}

export async function renameDataset(workplace: Workplace, id: number, name: string): Promise<Dataset> {
  if (getDataset(workplace, id).name !== name) await freeName(workplace, name);
  workplace.store.datasets.rename(id, name);
  publishDataset(workplace, id);
  return getDataset(workplace, id);
}

/** Forgets a dataset; what lies outside the workspace stays. @throws UserError while it is in use */
export async function deleteDataset(workplace: Workplace, id: number): Promise<void> {
  const { store, files, publish } = workplace;
  const { name } = getDataset(workplace, id);
  requireIdle(workplace, id);
  const runs = store.runs.ofDataset(id);
  if (runs.length > 0) {
    const which = runs.length === 1 ? `the run “${runs[0]?.name}” uses` : `${runs.length} runs use`;
    throw new UserError(`“${name}” cannot be deleted, because ${which} it. Delete what uses it first.`);
  }
  const pretrainings = store.pretrainings.ofDataset(id);
  if (pretrainings.length > 0) {
    const names = quoted(pretrainings.map((each) => each.name));
    throw new UserError(
      `“${name}” cannot be deleted, because the pre-training ${names} uses it. Delete that first.`,
    );
  }
  store.datasets.remove(id);
  publish({ type: 'removed', entity: 'dataset', id });
  await removeFolders(workplace, id);
  await rm(files.thumbnails(id), { recursive: true, force: true });
}

export function listImages(workplace: Workplace, input: ParsedInput<'datasets.images'>) {
  const { id, offset, limit, ...filter } = input;
  getDataset(workplace, id);
  return workplace.store.images.page(id, filter, offset, limit);
}

export function listPatches(workplace: Workplace, input: ParsedInput<'datasets.patches'>) {
  const { id, offset, limit, ...filter } = input;
  getDataset(workplace, id);
  return workplace.store.patches.page(id, filter, offset, limit);
}
