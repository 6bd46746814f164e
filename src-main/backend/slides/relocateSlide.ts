import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { FoundSlide } from '../../contract/values/slide.ts';
import type { SlideInfo } from '../../slides/slide.ts';
import type { Workplace } from '../session.ts';
import { findMoved, moveSlides, publishMoved } from './movedSlides.ts';
import { getSlide } from './slides.ts';
import { whyAnother } from './whyAnother.ts';

/**
 * Takes a slide from the place where its file is now; its predictions stay. What lay beside it and lies beside it there, too, comes along.
 * @throws UserError when the file cannot be opened, is not that slide, or is another slide of the workspace
 */
export async function relocateSlide(workplace: Workplace, id: number, file: string): Promise<FoundSlide> {
  const { store, slides } = workplace;
  const to = path.resolve(file);
  const before = getSlide(workplace, id).path;
  slides.forget(to); // it may have changed
  const info = await slides.use(to, (slide) => slide.info);
  requireSame(workplace, id, to, info);
  const all = await findMoved(workplace, path.dirname(before), path.dirname(to));
  const beside = all.filter((other) => other.id !== id);
  const moved = store.transaction(() => {
    requireSame(workplace, id, to, info); // the list may have changed while files were read
    const from = getSlide(workplace, id).path;
    return moveSlides(workplace, [{ id, from, to, inside: path.basename(to), info }, ...beside]);
  });
  publishMoved(workplace, moved);
  const others = moved.filter((other) => other.id !== id).map((other) => getSlide(workplace, other.id));
  return { slide: getSlide(workplace, id), others };
}

function requireSame(workplace: Workplace, id: number, file: string, info: SlideInfo): void {
  const other = workplace.store.slides.idByPath(file);
  if (other !== null && other !== id)
    throw new UserError(
      `${file} is in the list of slides already. Go on with it there; or remove it there, which deletes its classifications, and point to it again.`,
    );
  const why = whyAnother(workplace, getSlide(workplace, id), file, info);
  if (why !== null) throw new UserError(why);
}
