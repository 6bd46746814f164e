import type { WorkerTask } from '../contract/worker.ts';
import { patchBytes } from '../data/packedPatches.ts';
import { cuttingNotes } from '../slides/annotations/cuttingNotes.ts';
import { findAnnotated } from '../slides/annotations/pairs.ts';
import { pictureOf } from '../slides/annotations/picture.ts';
import { patchesOn, patchesPerClass, planCutting } from '../slides/annotations/plan.ts';

/** What cutting patches from annotated slides would give, with a picture of one of them. */
export const previewCuttingTask: WorkerTask<'previewCutting'> = async (
  { path, annotations, cutting, slide, tissueFolder },
  { signal },
) => {
  const source = await findAnnotated(path, { annotations, sure: true, signal });
  if (!source) throw new Error('sure, and yet nothing was found');
  const plan = await planCutting(source, cutting, { signal, drawn: slide, tissueFolder });
  const patches = patchesPerClass(plan);
  const glass = patchesPerClass(plan, 'glass');
  const [width, height] = [cutting.patchSize, cutting.patchSize];
  return {
    classes: plan.classNames.map((name, i) => ({
      name,
      annotations: plan.slides.reduce((sum, each) => sum + (each.annotations.get(name) ?? 0), 0),
      patches: patches[i] ?? 0,
      glass: glass[i] ?? 0,
    })),
    slides: plan.slides.map((each) => ({
      slide: each.pair.slide,
      problem: each.problem,
      mpp: each.mpp,
      patches: patchesOn(each, plan),
      glass: each.glass.classIndices.length,
      notes: [...each.notes, ...each.wrong],
    })),
    bytes: patches.reduce((sum, count) => sum + count, 0) * patchBytes({ width, height }),
    notes: cuttingNotes(plan, source, cutting),
    picture: await pictureOf(plan, slide),
  };
};
