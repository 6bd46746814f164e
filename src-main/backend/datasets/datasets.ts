import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { ParsedInput, RequestOutput } from '../../contract/requests.ts';
import type { Dataset } from '../../contract/values/dataset.ts';
import { publishDataset } from '../announce.ts';
import type { ImportParameters } from '../jobs/import.ts';
import { found } from '../problems.ts';
import type { Session, Workplace } from '../session.ts';

export function getDataset({ store }: Workplace, id: number): Dataset {
  return found(store.datasets.get(id), 'dataset', id);
}

/** Stores the dataset and queues its import. @throws UserError when the path or the name will not do */
export async function importDataset(
  session: Session,
  input: ParsedInput<'datasets.import'>,
): Promise<RequestOutput<'datasets.import'>> {
  const source = path.resolve(input.path);
  await stat(source).catch(() => {
    throw new UserError(`There is no folder or file ${source}. Choose it again.`);
  });
  await freeName(session, input.name);
  const { store, queue, files } = session;
  return store.transaction(() => {
    const id = store.datasets.insert({
      name: input.name,
      layout: input.layout ?? 'folder', // until the import has looked
      root: source,
      source,
      mpp: input.mpp,
    });
    if (path.extname(source).toLowerCase() === '.zip') store.datasets.setRoot(id, files.dataset(id));
    const parameters: ImportParameters = { layout: input.layout };
    const job = queue.enqueue({ kind: 'import', title: `Import ${input.name}`, datasetId: id, parameters });
    return { dataset: getDataset(session, id), job };
  });
}

/** Datasets are spoken of by name. A failed import of this name gives way to the new one. */
async function freeName(workplace: Workplace, name: string): Promise<void> {
  const taken = workplace.store.datasets.list().find((dataset) => dataset.name === name);
  if (!taken) return;
  if (taken.status !== 'failed')
    throw new UserError(
      `There is a dataset called “${name}” already. Choose another name, or rename that one.`,
    );
  await deleteDataset(workplace, taken.id);
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
  const { name, status } = getDataset(workplace, id);
  if (status === 'importing') throw new UserError(`“${name}” is being imported. Cancel the import first.`);
  const runs = store.runs.ofDataset(id);
  if (runs.length > 0) {
    const which = runs.length === 1 ? `the run “${runs[0]?.name}” uses` : `${runs.length} runs use`;
    throw new UserError(`“${name}” cannot be deleted, because ${which} it. Delete what uses it first.`);
  }
  store.datasets.remove(id);
  publish({ type: 'removed', entity: 'dataset', id });
  await rm(files.dataset(id), { recursive: true, force: true });
  await rm(files.thumbnails(id), { recursive: true, force: true });
}

export function listPatches(workplace: Workplace, input: ParsedInput<'datasets.patches'>) {
  const { id, offset, limit, ...filter } = input;
  getDataset(workplace, id);
  return workplace.store.patches.page(id, filter, offset, limit);
}
