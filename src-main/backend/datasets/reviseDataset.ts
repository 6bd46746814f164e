import { UserError } from '../../base/errors.ts';
import type { DatasetChanges } from '../../contract/values/dataset.ts';
import type { RevisedDataset } from '../../store/tables/datasets.ts';
import type { Workplace } from '../session.ts';
import { moveSlides, type MovedSlide } from '../slides/movedSlides.ts';
import { changesBetween } from './changesBetween.ts';
import { getDataset } from './datasets.ts';

/**
 * Makes what a refresh found the dataset, all or nothing of it, with the slides of the list that moved along. Where the items are the same,
 * the revision stays; only where the files lie and which are broken is noted.
 * @param found these slides @returns those of them that were pointed to anew
 */
export function reviseDataset(
  workplace: Workplace,
  id: number,
  revised: RevisedDataset,
  found: readonly MovedSlide[] = [],
): readonly MovedSlide[] {
  const { store } = workplace;
  return store.transaction(() => {
    const { revision, classes } = getDataset(workplace, id);
    const { gone, come, unchanged } = store.foundItems.differences(id);
    const same = gone.length + come.length === 0 && revised.classNames.length === classes.length;
    const next = same ? revision : revision + 1;
    const moved = moveSlides(workplace, found);
    const slides = moved.map(({ inside }) => inside);
    const changes: DatasetChanges | null =
      same && slides.length === 0
        ? null
        : { revision: next, at: Date.now(), unchanged, ...changesBetween(gone, come), slides };
    store.foundItems.apply(id, revision + 1);
    store.foundItems.applyBroken(id);
    store.datasets.revise(id, revised, changes);
    return moved;
  });
}

/** @throws UserError when a folder that is said to be the dataset's new place holds less than half of it */
export function requireRecognised({ store }: Workplace, id: number, place: string): void {
  const { known, found } = store.foundItems.recognised(id);
  if (found * 2 >= known) return;
  throw new UserError(
    `${place} does not hold this dataset: of ${known.toLocaleString('en')} known images ${found.toLocaleString('en')} are there. Nothing was changed.`,
  );
}
