import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { insideOf } from '../../base/inside.ts';
import type { SlideInfo } from '../../slides/slide.ts';
import { publishSlide } from '../announce.ts';
import type { Workplace } from '../session.ts';
import { whyAnother } from './whyAnother.ts';

/** A slide of the list, and where its file was found. */
export interface MovedSlide {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  /** The same in the folder that was searched, with forward slashes. */
  readonly inside: string;
  readonly info: SlideInfo;
}

/**
 * The slides of the list that lay in a folder, are missing there, and lie in another folder under the same relative paths. Nothing is changed
 * yet. A link that leads out of the new folder is not followed, because the user pointed to nothing there.
 */
export async function findMoved(workplace: Workplace, from: string, to: string): Promise<MovedSlide[]> {
  const { store, slides } = workplace;
  const moved: MovedSlide[] = [];
  const folder = await realpath(to).catch(() => null);
  if (folder === null) return moved;
  for (const slide of store.slides.list()) {
    const inside = slide.missing ? insideOf(from, slide.path) : null;
    if (inside === null) continue;
    const file = path.join(to, inside);
    const real = await realpath(file).catch(() => null);
    if (real === null || insideOf(folder, real) === null) continue;
    slides.forget(file); // it may have changed
    // What cannot be opened there stays missing; whoever points to it himself is told why.
    const info = await slides.use(file, (opened) => opened.info).catch(() => null);
    if (info && whyAnother(workplace, slide, file, info) === null)
      moved.push({
        id: slide.id,
        from: slide.path,
        to: file,
        inside: inside.split(path.sep).join('/'),
        info,
      });
  }
  return moved;
}

/**
 * Points slides to their new places, all in the caller's transaction; windows are told by `publishMoved` afterwards. One that was removed or
 * pointed elsewhere while its file was read is left as it is, and so is one whose new place another slide of the list has.
 * @returns those that were moved
 */
export function moveSlides({ store }: Workplace, moved: readonly MovedSlide[]): MovedSlide[] {
  return moved.filter(({ id, from, to, info }) => {
    if (store.slides.get(id)?.path !== from || (store.slides.idByPath(to) ?? id) !== id) return false;
    store.slides.move(id, to);
    store.slides.setFacts(id, info);
    return true;
  });
}

/** Tells the windows, and lets go of the files that are gone. */
export function publishMoved(workplace: Workplace, moved: readonly MovedSlide[]): void {
  for (const { id, from } of moved) {
    workplace.slides.forget(from);
    publishSlide(workplace, id);
  }
}
