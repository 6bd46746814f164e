import { findMoved, type MovedSlide } from '../slides/movedSlides.ts';
import type { Workplace } from '../session.ts';
import { getDataset } from './datasets.ts';
import { slidesFolder } from './slidesFolder.ts';

/** The slides of the list that lay where a dataset was cut from slides, are missing there, and are found where it is said to lie now. */
export async function slidesMovedWith(workplace: Workplace, id: number, now: string): Promise<MovedSlide[]> {
  const { layout, source } = getDataset(workplace, id);
  if (layout !== 'annotated') return [];
  return findMoved(workplace, await slidesFolder(source), await slidesFolder(now));
}
