import type { PretrainKind } from '../../contract/values/pretraining.ts';
import type { VocBatch } from '../../data/voc/loading.ts';
import { multilabel } from './multilabel.ts';
import { segmentation } from './segmentation.ts';

/** A natural image with absolute paths. */
export interface PretrainImage {
  readonly id: number;
  readonly image: string;
  /** null: it has none, or it is not needed. */
  readonly mask: string | null;
  /** The dataset's class indices. */
  readonly labels: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** What a network said about an image: a score per class, or a class per pixel [height, width]. */
export interface Seen {
  readonly scores: readonly number[] | null;
  readonly mask: Uint8Array | null;
}

export interface Scores {
  readonly loss: number;
  /** Mean IoU or mean average precision, 0–1. */
  readonly score: number;
  readonly perClass: readonly (number | null)[];
  readonly pixelAccuracy: number | null;
}

/** Gathers what a validation's images show. */
export interface Scoring {
  /**
   * @param logits of this image: [classes], or [classes, side, side]
   * @param mask [side, side]; empty where masks are not used
   */
  add(image: PretrainImage, logits: Float32Array, mask: Int32Array, side: number): Seen;
  scores(): Scores;
}

/** What is particular to a kind of pre-training. */
export interface Objective {
  /** The targets of a batch, in the format of the network's loss. */
  targets(images: readonly PretrainImage[], batch: VocBatch): Int32Array | Float32Array;
  scoring(): Scoring;
}

/** @param classes outputs of the network */
export function objectiveOf(kind: PretrainKind, classes: number): Objective {
  return kind === 'segmentation' ? segmentation(classes) : multilabel(classes);
}
