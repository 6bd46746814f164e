import type { Slide } from '../../contract/values/slide.ts';
import type { SlideInfo } from '../../slides/slide.ts';
import type { Workplace } from '../session.ts';

/**
 * Why a file is not that of a slide of the list, in sentences; null: it is. Scans of one size are not rare, so the file's name has to be the
 * same, too: else scores would lie over the tissue of somebody else.
 */
export function whyAnother(
  { store }: Workplace,
  slide: Slide,
  file: string,
  found: SlideInfo,
): string | null {
  const known = { ...slide, mpp: store.slides.fileMpp(slide.id) };
  if (found.width !== known.width || found.height !== known.height || found.mpp !== known.mpp)
    return `${file} is not “${known.name}”: it has ${sizeOf(found)}, and “${known.name}” had ${sizeOf(known)}. Choose the file that was moved.`;
  if (found.name !== known.name)
    return `${file} has the size of “${known.name}”, but another name. If it is that slide, give it its old name and point to it again; else open it as a slide of its own.`;
  return null;
}

const sizeOf = ({ width, height, mpp }: Pick<Slide, 'width' | 'height' | 'mpp'>): string =>
  `${width} × ${height} px and ${mpp === null ? 'no scale' : `${mpp} µm/px`}`;
