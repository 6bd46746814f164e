import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { Slide } from '../../contract/values/slide.ts';
import { publishSlide } from '../announce.ts';
import type { Workplace } from '../session.ts';
import { getSlide } from './slides.ts';

/**
 * Takes a slide from the place where its file is now; its predictions stay. Scans of one size are not rare, so the file's name has to be the
 * same, too: else scores would lie over the tissue of somebody else.
 * @throws UserError when the file cannot be opened, is not that slide, or is another slide of the workspace
 */
export async function relocateSlide(workplace: Workplace, id: number, file: string): Promise<Slide> {
  const { store, slides } = workplace;
  const absolute = path.resolve(file);
  const before = getSlide(workplace, id).path;
  slides.forget(absolute); // it may have changed
  const { name, ...facts } = await slides.use(absolute, (slide) => slide.info);

  const known = { ...getSlide(workplace, id), mpp: store.slides.fileMpp(id) };
  const other = store.slides.idByPath(absolute);
  if (other !== null && other !== id)
    throw new UserError(
      `${absolute} is in the list of slides already. Go on with it there; or remove it there, which deletes its classifications, and point to it again.`,
    );
  if (facts.width !== known.width || facts.height !== known.height || facts.mpp !== known.mpp)
    throw new UserError(
      `${absolute} is not “${known.name}”: it has ${sizeOf(facts)}, and “${known.name}” had ${sizeOf(known)}. Choose the file that was moved.`,
    );
  if (name !== known.name)
    throw new UserError(
      `${absolute} has the size of “${known.name}”, but another name. If it is that slide, give it its old name and point to it again; else open it as a slide of its own.`,
    );

  store.slides.move(id, absolute);
  store.slides.setFacts(id, facts);
  slides.forget(before);
  publishSlide(workplace, id);
  return getSlide(workplace, id);
}

const sizeOf = ({ width, height, mpp }: Pick<Slide, 'width' | 'height' | 'mpp'>): string =>
  `${width} × ${height} px and ${mpp === null ? 'no scale' : `${mpp} µm/px`}`;
