import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { isUnderWay } from '../../contract/underWay.ts';
import type { Slide } from '../../contract/values/slide.ts';
import type { OpenSlide } from '../../slides/slide.ts';
import { publishSlide } from '../announce.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';

export function getSlide({ store }: Workplace, id: number): Slide {
  return found(store.slides.get(id), 'slide', id);
}

/** Opens a slide file and remembers it; one that is known already is read anew. */
export async function openSlideFile(workplace: Workplace, file: string): Promise<Slide> {
  const { store, slides } = workplace;
  const absolute = path.resolve(file);
  slides.forget(absolute); // it may have changed
  const { name, ...facts } = await slides.use(absolute, (slide) => slide.info);
  const id = store.slides.idByPath(absolute) ?? store.slides.announce(name, absolute, false);
  store.slides.setFacts(id, facts);
  publishSlide(workplace, id);
  return getSlide(workplace, id);
}

/** null: what the file says. */
export function setSlideMpp(workplace: Workplace, id: number, mpp: number | null): Slide {
  getSlide(workplace, id);
  workplace.store.slides.setMpp(id, mpp);
  publishSlide(workplace, id);
  return getSlide(workplace, id);
}

/** Forgets a slide with its predictions; the file stays. */
export function removeSlide({ store, slides, publish }: Workplace, id: number): void {
  const slide = found(store.slides.get(id), 'slide', id);
  const predictions = store.predictions.list(id);
  if (predictions.some(isUnderWay))
    throw new UserError(`“${slide.name}” is being classified. Cancel that first.`);
  store.slides.remove(id);
  slides.forget(slide.path);
  for (const prediction of predictions) publish({ type: 'removed', entity: 'prediction', id: prediction.id });
  publish({ type: 'removed', entity: 'slide', id });
}

/** Runs `work` on the open file of a stored slide. */
export function useSlide<T>(
  workplace: Workplace,
  id: number,
  work: (slide: OpenSlide) => Promise<T>,
): Promise<T> {
  return workplace.slides.use(getSlide(workplace, id).path, work);
}
