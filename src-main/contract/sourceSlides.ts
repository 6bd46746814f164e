import type { Dataset } from './values/dataset.ts';

type Slides = Pick<Dataset, 'content' | 'layout' | 'slides' | 'patches' | 'classes'>;

/** What is known of the slides that a dataset's patches were cut from, in sentences; none where the layout never says. */
export function slideSentences({ content, layout, slides, patches, classes }: Slides): string[] {
  if (content !== 'patches' || patches === 0) return [];
  if (slides === null)
    return layout === 'pcam'
      ? ['Source slides not known: leakage between the splits cannot be checked.']
      : [];
  const { count, unknown, shared, examples } = slides;
  if (count === 1 && unknown === 0)
    return ['All patches are of one slide: a result on them says little about other slides.'];
  const named = examples.length < shared ? `${examples.join(', ')} and others` : examples.join(', ');
  const of = `Patches of ${number(count)} ${count === 1 ? 'slide' : 'slides'}`;
  const split = classes.some(({ counts }) => counts.train + counts.val + counts.test > 0);
  const apart = split
    ? `${of}; no slide is in two splits.`
    : `${of}. Train with “Keep slides apart”, so that no slide is both learnt from and measured on.`;
  return [
    shared === 0
      ? apart
      : `Leakage: ${number(shared)} of ${number(count)} slides ${shared === 1 ? 'is' : 'are'} in more than one split (${named}). Test results on their patches are too good.`,
    ...(unknown > 0
      ? [`The source slide of ${number(unknown)} patches is not known: leakage cannot be checked for them.`]
      : []),
  ];
}

const number = (value: number): string => value.toLocaleString('en');
