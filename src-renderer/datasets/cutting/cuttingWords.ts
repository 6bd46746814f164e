import type {
  AnnotatedSlide,
  CuttingPreview,
  PatchCutting,
} from '../../../src-main/contract/values/annotations.ts';
import { bytes, count, micronsPerPixel, microns, percent, plural } from '../../ui/format.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Patches of all classes. */
export const patchesOf = ({ patches }: Pick<AnnotatedSlide, 'patches'>): number => sum(patches);

/** How a dataset's patches were cut: "224 px at 0.5 µm/px, covered ≥ 75 %". */
export function cuttingWords(cutting: PatchCutting): string {
  const { patchSize, mpp, coverage, leastTissue, overlap, without } = cutting;
  const scale = mpp === null ? 'as stored' : `at ${micronsPerPixel(mpp)}`;
  return [
    `${patchSize} px ${scale}`,
    `covered ≥ ${percent(coverage, 0)}`,
    ...(leastTissue > 0 ? [`tissue ≥ ${percent(leastTissue, 0)}`] : []),
    ...(overlap > 0 ? [`overlapping by ${percent(overlap, 0)}`] : []),
    ...(without.length > 0 ? [`without ${without.join(', ')}`] : []),
  ].join(', ');
}

/** What the import will do: "Cuts 1,240 patches of 224 px (112 µm) from 3 slides, 5 classes; takes 190 MB in the workspace." */
export function cuttingSentence(
  { classes, slides, bytes: size }: Pick<CuttingPreview, 'classes' | 'slides' | 'bytes'>,
  { patchSize, mpp }: Pick<PatchCutting, 'patchSize' | 'mpp'>,
): string {
  const patches = plural(sum(classes.map((one) => one.patches)), 'patch', 'patches');
  const side = mpp === null ? `${patchSize} px` : `${patchSize} px (${microns(patchSize * mpp)})`;
  const from = plural(slides.filter((slide) => patchesOf(slide) > 0).length, 'slide');
  const labels = plural(classes.filter((one) => one.patches > 0).length, 'class', 'classes');
  return `Cuts ${patches} of ${side} from ${from}, ${labels}; takes ${bytes(size)} in the workspace.`;
}

/** Why nothing can be learnt from what would be cut, and what to change; null: it can. */
export function cuttingProblem(
  { classes, slides }: Pick<CuttingPreview, 'classes' | 'slides'>,
  { coverage, leastTissue, without }: Pick<PatchCutting, 'coverage' | 'leastTissue' | 'without'>,
): string | null {
  const [first, ...others] = classes.filter(({ patches }) => patches > 0);
  if (first && others.length > 0) return null;
  if (first)
    return `Patches of one class only (${first.name}); a classifier needs two. Annotate or tick more classes, lower the share, or choose smaller patches.`;
  if (slides.every(({ problem }) => problem !== null))
    return 'None of the slides can be cut; what is wrong with each stands below.';
  if (classes.every(({ name }) => without.includes(name)))
    return 'Every class is left out: tick those that you want patches of.';
  if (classes.some(({ glass }) => glass > 0))
    return `Every covered square is left out as glass: lower the least tissue from ${percent(leastTissue, 0)}.`;
  return `No patch is covered to ${percent(coverage, 0)}: lower the share, or choose smaller patches.`;
}

/** A slide's picture in words: "case3.svs: 120 tumour, 30 stroma; 4 squares of glass left out". */
export function pictureWords(
  { slide, patches, glass }: AnnotatedSlide,
  classNames: readonly string[],
): string {
  const kept = patches.flatMap((number, index) =>
    number > 0 ? [`${count(number)} ${classNames[index]}`] : [],
  );
  const leftOut = glass > 0 ? `; ${plural(glass, 'square')} of glass left out` : '';
  return `${slide}: ${kept.join(', ') || 'no patches'}${leftOut}`;
}
