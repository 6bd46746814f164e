import { counted, percent } from '../../base/words.ts';
import type { PatchCutting } from '../../contract/values/annotations.ts';
import { GLASS_CLASS } from './glass.ts';
import type { AnnotatedSource } from './pairs.ts';
import { patchesPerClass, type CuttingPlan } from './plan.ts';

/** With fewer patches, a class's held-out accuracy moves by several points a patch. */
const FEW = 20;
const NAMES_SHOWN = 3;

/** What the user should know before patches are cut, as sentences. */
export function cuttingNotes(
  plan: CuttingPlan,
  { leftOut }: AnnotatedSource,
  { mpp, overlap, leastTissue, without }: PatchCutting,
): string[] {
  const notes: string[] = [];
  const giving = plan.slides.filter(({ squares }) => squares.classIndices.length > 0).length;
  const failing = plan.slides.filter(({ problem }) => problem !== null).length;
  if (failing > 0)
    notes.push(
      `Nothing can be cut from ${counted(failing, 'slide')} of ${plan.slides.length.toLocaleString('en')}; the list says why.`,
    );
  if (leftOut.length > 0)
    notes.push(
      `Left out: ${listed(leftOut.map(({ path }) => path))}. ${leftOut.length > 1 ? 'Of the first: ' : ''}${leftOut[0]?.reason ?? ''}`,
    );
  const counts = patchesPerClass(plan);
  const unknown = without.filter((name) => !plan.classNames.includes(name));
  if (unknown.length > 0)
    notes.push(`Nothing is annotated as ${listed(unknown)}. The classes are ${listed(plan.classNames)}.`);
  const few = plan.classNames.filter((name, i) => counts[i]! < FEW && !without.includes(name));
  if (few.length > 0)
    notes.push(`Fewer than ${FEW} patches: ${listed(few)}. What is measured on so few means little.`);
  const glass = plan.slides.reduce((sum, slide) => sum + slide.glass.classIndices.length, 0);
  if (glass > 0)
    notes.push(
      `Left out as glass: ${counted(glass, 'square')} of which less than ${percent(leastTissue)} is tissue.`,
    );
  if (plan.glassClasses.length > 0)
    notes.push(
      `Nothing is left out as glass of ${listed(plan.glassClasses)}: less than ${percent(GLASS_CLASS)} of what is annotated so is tissue, so glass seems to be meant.`,
    );
  const scales = [...new Set(plan.slides.flatMap((slide) => slide.mpp ?? []))].sort((a, b) => a - b);
  if (mpp === null && scales.length > 1)
    notes.push(
      `The slides have ${scales[0]} to ${scales.at(-1)} µm per pixel: in their own pixels, patches show tissue at different scales.`,
    );
  if (giving === 1)
    notes.push(
      'All patches are of one slide: held-out ones show the same tissue and stain, so that accuracy will look better than it is on a new slide.',
    );
  if (overlap > 0 && giving === 1)
    notes.push('Neighbours overlap: held-out patches will share pixels with those that are learnt.');
  else if (overlap > 0)
    notes.push(
      'Neighbours overlap: keep slides apart when you train, else held-out patches share pixels with those that are learnt.',
    );
  return notes;
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return [...names.slice(0, NAMES_SHOWN), ...(more > 0 ? [`${more.toLocaleString('en')} more`] : [])].join(
    ', ',
  );
}
