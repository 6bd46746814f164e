import { z } from 'zod';

/** Mean intersection over union of a segmentation, mean average precision of a multi-label classification. */
export const PretrainMetric = z.enum(['mIoU', 'mAP']);
export type PretrainMetric = z.infer<typeof PretrainMetric>;

const Share = z.number().min(0).max(1);

/** On what it was measured. */
const Measurement = z.object({
  /** By name, without control characters: it is printed to terminals. */
  dataset: z
    .string()
    .trim()
    .max(200)
    .regex(/^\P{Cc}+$/u),
  /** Patches, or images. */
  n: z.int().positive().max(1e9),
  /** The day, as 2026-11-23 (UTC). */
  date: z.iso.date(),
});

/**
 * How good a network was on what it had not learnt from: a classifier on test patches; a pre-training's on validation images, by which
 * its best weights were chosen. Written into a model's files.
 */
export const HeldOutResult = z.discriminatedUnion('split', [
  Measurement.extend({
    split: z.literal('test'),
    accuracy: Share,
    macroF1: Share,
    /** null: the test patches show fewer than two classes. */
    rocAuc: Share.nullable(),
  }),
  Measurement.extend({ split: z.literal('validation'), metric: PretrainMetric, value: Share }),
]);
export type HeldOutResult = z.infer<typeof HeldOutResult>;

/** What an imported file states of how good its model is. Nothing of that was measured here. */
export const Statement = z.discriminatedUnion('believable', [
  z.object({ believable: z.literal(true), result: HeldOutResult }),
  /** It cannot be right, and is left out. */
  z.object({ believable: z.literal(false), reason: z.string() }),
]);
export type Statement = z.infer<typeof Statement>;
