import type { LabelledImage } from '../../contract/values/labelledImage.ts';
import type { Pretraining } from '../../contract/values/pretraining.ts';
import type { SpecImage } from '../../contract/worker.ts';
import { getDataset } from '../datasets/datasets.ts';
import { requireUnchanged } from '../datasets/requireUnchanged.ts';
import type { Workplace } from '../session.ts';
import { pretrainImages, type PretrainImages } from './images.ts';

/** What a pre-training learns from, as it was when it was created: one that goes on after a refresh of the dataset stays with it. */
export function datasetThen(
  workplace: Workplace,
  { id, config, classNames }: Pretraining,
): PretrainImages & { readonly classNames: string[] } {
  const { classes } = getDataset(workplace, config.datasetId);
  // The classes of then are the first of now. A multi-label network does not learn the background.
  const then = classNames.length + (config.kind === 'segmentation' ? 0 : 1);
  return {
    ...pretrainImages(workplace, config, workplace.store.pretrainings.revision(id)),
    classNames: classes.slice(0, then).map((each) => each.name),
  };
}

/** These images as the worker gets them: with what is on record of the files that it reads. */
export function specImages(
  { store: { images, pretrainings } }: Workplace,
  { id, config }: Pretraining,
  { train, val }: PretrainImages,
): Record<'train' | 'val', SpecImage[]> {
  const contents = images.contents(config.datasetId, pretrainings.revision(id));
  const withContents = (image: LabelledImage): SpecImage => {
    const known = contents.get(image.id);
    const mask = config.kind === 'segmentation' ? (known?.mask ?? undefined) : undefined;
    return { ...image, content: known?.image, maskContent: mask };
  };
  return { train: train.map(withContents), val: val.map(withContents) };
}

/** @throws UserError when images or masks that it learns from are no longer what they were */
export async function requireImages(
  workplace: Workplace,
  { name, config }: Pretraining,
  { train, val }: PretrainImages,
): Promise<void> {
  const retired = [...train, ...val].flatMap(({ id, path, maskPath }) => {
    const content = workplace.store.images.retiredContent(id);
    if (!content) return []; // the refresh found it as it was
    const masks =
      config.kind === 'segmentation' && maskPath !== null && content.mask !== null
        ? [{ path: maskPath, sha256: content.mask }]
        : [];
    return [{ path, sha256: content.image }, ...masks];
  });
  await requireUnchanged(getDataset(workplace, config.datasetId).root, retired, `“${name}”`);
}
