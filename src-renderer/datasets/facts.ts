import type { ComponentProps } from 'svelte';
import type { Dataset } from '../../src-main/contract/values/dataset.ts';
import type Facts from '../ui/Facts.svelte';
import { count } from '../ui/format.ts';
import { shownClasses } from './classes.ts';
import { cuttingWords } from './cutting/cuttingWords.ts';
import { LAYOUTS } from './layouts.ts';

type Fact = ComponentProps<typeof Facts>['facts'][number];

/** Whether the user knows the scale of the patches better: not of those that Tessera drew, or cut at a scale that was asked for. */
export const canSetMpp = ({ content, synthetic, cutting }: Dataset): boolean =>
  content === 'patches' && !synthetic && (cutting?.mpp ?? null) === null;

/**
 * What a dataset is, in numbers.
 * @param onmpp lets the user correct the microns per pixel
 */
export function datasetFacts(dataset: Dataset, onmpp: () => void): Fact[] {
  const { mpp, slides, revision, cutting } = dataset;
  const sizes = dataset.sizes.map(({ width, height }) => `${width} × ${height}`);
  const others = sizes.length > 1 ? `and ${sizes.length - 1} more` : undefined;
  const images: Fact[] = [
    { label: 'Images', value: count(dataset.images) },
    { label: 'With masks', value: count(dataset.masks) },
  ];
  const resolution: Fact = {
    label: 'Microns per pixel',
    value: mpp === null ? 'not known' : String(mpp),
    onedit: canSetMpp(dataset) ? onmpp : undefined,
  };
  const ofPatches = dataset.content === 'patches';
  return [
    ...(ofPatches ? [{ label: 'Patches', value: count(dataset.patches) }] : images),
    { label: 'Classes', value: count(shownClasses(dataset).length) },
    { label: 'Size', value: sizes[0] ?? '–', note: others },
    ...(ofPatches ? [resolution] : []),
    ...(slides ? [{ label: 'Source slides', value: count(slides.count) }] : []),
    { label: 'Duplicates', value: count(dataset.duplicates) },
    { label: 'Broken files', value: count(dataset.broken) },
    ...(revision > 1 ? [{ label: 'Revision', value: count(revision) }] : []),
    { label: 'Layout', value: LAYOUTS[dataset.layout], note: cutting ? cuttingWords(cutting) : undefined },
  ];
}
