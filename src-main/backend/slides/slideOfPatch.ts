import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { FoundSlide, Slide } from '../../contract/values/slide.ts';
import { placeInPack, readIndex } from '../../data/packedPatches.ts';
import { fingerprint } from '../../slides/annotations/fingerprint.ts';
import { getDataset } from '../datasets/datasets.ts';
import { slidesFolder } from '../datasets/slidesFolder.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';
import { relocateSlide } from './relocateSlide.ts';
import { openSlideFile } from './slides.ts';
import { whyAnother } from './whyAnother.ts';

/**
 * The slide that a patch was cut from, as the list has it, so that its classifications are seen with it. Tried in turn: the file that the
 * dataset was cut from; the same content in another place; a slide that is missing and lay in another folder under the same relative path,
 * which is pointed to the dataset's file. Else that file joins the list.
 * @throws UserError where the patch was not cut from a slide, or the slide is nowhere to be found
 */
export async function slideOfPatch(workplace: Workplace, patchId: number): Promise<FoundSlide> {
  const { store } = workplace;
  const patch = found(store.patches.get(patchId), 'patch', patchId);
  const { root, source } = getDataset(workplace, patch.datasetId);
  const pack = placeInPack(path.join(root, patch.path));
  const cut = pack && readIndex(pack.index).cut;
  if (!cut || patch.slide === null) throw new UserError('This patch was not cut from a slide by Tessera.');

  const { slide: inside } = patch;
  const file = path.join(await slidesFolder(source), inside);
  const namesakes = store.slides.list().filter(({ name }) => name === path.posix.basename(inside));
  const listed = namesakes.find((slide) => slide.path === file);
  if (listed && !listed.missing) return alone(await openSlideFile(workplace, file));
  const same = await withContent(namesakes, cut.fingerprint);
  if (same) return alone(same);
  if (listed) return alone(listed); // its page says that it is missing, and asks where it is
  const lost = await lostSlide(workplace, namesakes, inside, file);
  return lost ? relocateSlide(workplace, lost.id, file) : alone(await openSlideFile(workplace, file));
}

const alone = (slide: Slide): FoundSlide => ({ slide, others: [] });

async function withContent(slides: readonly Slide[], content: string): Promise<Slide | null> {
  for (const slide of slides)
    if (!slide.missing && (await fingerprint(slide.path).catch(() => null)) === content) return slide;
  return null;
}

/** The missing slide that a file is, by its path in its folder and by what tells slides apart; null where there is none, or more than one. */
async function lostSlide(workplace: Workplace, slides: readonly Slide[], inside: string, file: string) {
  const lost = slides.filter((slide) => slide.missing && slide.path.endsWith(path.normalize(`/${inside}`)));
  if (lost.length === 0) return null;
  workplace.slides.forget(file); // it may have changed
  const info = await workplace.slides.use(file, (slide) => slide.info);
  const [one, ...more] = lost.filter((slide) => whyAnother(workplace, slide, file, info) === null);
  return one && more.length === 0 ? one : null;
}
