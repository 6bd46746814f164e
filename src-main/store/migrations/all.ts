import { initial } from './001-initial.ts';
import { naturalImages } from './002-natural-images.ts';
import { pretraining } from './003-pretraining.ts';
import { sourceSlides } from './004-source-slides.ts';
import { datasetHealth } from './005-dataset-health.ts';
import { revisions } from './006-revisions.ts';
import { unreadablePatches } from './007-unreadable-patches.ts';
import { traces } from './008-traces.ts';
import type { Migration } from './migration.ts';

/** The schema's history, oldest first. */
export const migrations: readonly Migration[] = [
  initial,
  naturalImages,
  pretraining,
  sourceSlides,
  datasetHealth,
  revisions,
  unreadablePatches,
  traces,
];
