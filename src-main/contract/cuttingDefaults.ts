import type { Reasoned } from './defaults.ts';
import type { PatchCutting } from './values/annotations.ts';

/** The values with which the cutting of annotated slides begins, as `PatchCutting` has them, with the reason that the form shows. */
export const cuttingDefaults = {
  patchSize: { value: 224, why: 'the side that most networks and tile sets for tissue have' },
  mpp: {
    value: 0.5,
    why: 'about a 20x objective; every slide is brought to it, so that one scale is learnt',
  },
  coverage: { value: 0.75, why: 'most of a patch shows what its label says, and edges still give patches' },
  leastTissue: { value: 0, why: 'all that was outlined counts; 50 % leaves bare glass out' },
  overlap: { value: 0, why: 'no tissue is counted twice' },
} as const satisfies Partial<{ [K in keyof PatchCutting]: Reasoned<PatchCutting[K]> }>;

/** How patches are cut where nobody says otherwise. */
export const defaultCutting = (): PatchCutting => ({
  patchSize: cuttingDefaults.patchSize.value,
  mpp: cuttingDefaults.mpp.value,
  coverage: cuttingDefaults.coverage.value,
  leastTissue: cuttingDefaults.leastTissue.value,
  overlap: cuttingDefaults.overlap.value,
  slideMpp: null,
  without: [],
});
