import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import type { Dataset, DatasetLayout } from '../../contract/values/dataset.ts';
import type { Job } from '../../contract/values/job.ts';
import type { WorkerEvent, WorkerSpec } from '../../contract/worker.ts';
import type { JobBehaviour } from '../../jobs/behaviour.ts';
import { publishDataset } from '../announce.ts';
import { removeOldFolders } from '../datasets/datasetFolders.ts';
import { getDataset } from '../datasets/datasets.ts';
import { linkPacks } from '../datasets/linkPacks.ts';
import { mergeClasses, type MergedClasses } from '../datasets/mergeClasses.ts';
import { requireRecognised, reviseDataset } from '../datasets/reviseDataset.ts';
import { slidesMovedWith } from '../datasets/slidesMovedWith.ts';
import { sourceNow } from '../datasets/sourceNow.ts';
import type { Workplace } from '../session.ts';
import { publishMoved } from '../slides/movedSlides.ts';
import { subject } from './subject.ts';

/** `path`: where the source lies from now on; null: where it did. */
export const RefreshParameters = z.object({ path: z.string().nullable() });
export type RefreshParameters = z.infer<typeof RefreshParameters>;

/** What the worker said of the whole, before the items. */
type FoundLayout = MergedClasses & { readonly root: string };

/** Their roots are folders of the workspace with packs and indexes. */
const PACKED: readonly DatasetLayout[] = ['pcam', 'annotated'];

/** Reads the source again. What is found waits beside the dataset; the end makes it the dataset's next revision, or fails and changes nothing. */
export function refreshBehaviour(workplace: Workplace): JobBehaviour<'refresh'> {
  const { store, files } = workplace;
  let preparing: { readonly done: Promise<unknown>; readonly stop: AbortController } | null = null;
  let layout: FoundLayout | null = null; // one refresh at a time, as for `foundItems`
  const theLayout = () => {
    if (!layout) throw new Error('The worker told of items before it told of their layout.');
    return layout;
  };
  async function prepare(job: Job, signal: AbortSignal): Promise<WorkerSpec<'refresh'>> {
    const dataset = getDataset(workplace, subject(job.datasetId));
    layout = null;
    store.foundItems.clear();
    await removeOldFolders(workplace, dataset);
    const extractTo = files.refreshedDataset(dataset.id, job.id);
    if (PACKED.includes(dataset.layout)) await linkPacks(dataset.root, extractTo, signal);
    const { path } = store.jobs.parameters(job.id, RefreshParameters);
    const { source, ...rest } = sourceNow(workplace, dataset.id, path);
    return { path: source, layout: dataset.layout, extractTo, ...rest };
  }
  return {
    spec(job) {
      const stop = new AbortController();
      const done = prepare(job, stop.signal);
      preparing = { done, stop };
      return done;
    },
    event(job, event) {
      const id = subject(job.datasetId);
      if (event.type === 'layout') {
        const { path } = store.jobs.parameters(job.id, RefreshParameters);
        layout = fittingLayout(getDataset(workplace, id), event, path);
      } else if (event.type === 'broken') store.foundItems.addBroken(event.files);
      else if (event.type === 'images') store.foundItems.addImages(id, event.images);
      else {
        const { indices } = theLayout();
        const patches = event.patches.map((patch) => ({
          ...patch,
          classIndex: indices[patch.classIndex] ?? patch.classIndex,
        }));
        store.foundItems.addPatches(id, patches);
      }
    },
    async finish(job) {
      const id = subject(job.datasetId);
      const { path } = store.jobs.parameters(job.id, RefreshParameters);
      if (path !== null) requireRecognised(workplace, id, path);
      const slides = path === null ? [] : await slidesMovedWith(workplace, id, path);
      const { source, annotations } = sourceNow(workplace, id, path);
      const moved = reviseDataset(workplace, id, { ...theLayout(), source, annotations }, slides);
      publishDataset(workplace, id);
      publishMoved(workplace, moved);
    },
    cleanUp: (job) => tidy(workplace, job),
    async discard(job) {
      // Who cancels does not wait for the links, or copies, of large packs; but what they make must not come after the tidying.
      preparing?.stop.abort();
      await preparing?.done.catch(() => {}); // told as the job's end, where that was the reason
      await tidy(workplace, job);
    },
  };
}

/** Leaves what the dataset is now, whether the refresh changed it or not. */
async function tidy(workplace: Workplace, job: Job): Promise<void> {
  workplace.store.foundItems.clear();
  await removeOldFolders(workplace, getDataset(workplace, subject(job.datasetId)));
}

/** @param place where the source is said to lie now; null: where it did @throws UserError when what lies there now is something else */
function fittingLayout(
  dataset: Dataset,
  found: Extract<WorkerEvent<'refresh'>, { type: 'layout' }>,
  place: string | null,
): FoundLayout {
  const classNames = dataset.classes.map((each) => each.name);
  const isAnother =
    found.layout !== dataset.layout || !classNames.every((each) => found.classNames.includes(each));
  if (place !== null && isAnother)
    throw new UserError(
      `${place} does not hold “${dataset.name}”: its classes are ${listed(found.classNames)} there, not ${listed(classNames)}. Nothing was changed.`,
    );
  if (found.layout !== dataset.layout)
    throw new UserError(
      `What lies in the place of “${dataset.name}” has the layout “${found.layout}” now, not “${dataset.layout}”. Nothing was changed: import it as a new dataset.`,
    );
  return { root: found.root, ...mergeClasses({ ...dataset, classNames }, found.classNames) };
}

const SHOWN = 5;

const listed = (names: readonly string[]): string =>
  names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ' …' : '');
