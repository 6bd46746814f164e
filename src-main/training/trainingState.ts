import { createHash } from 'node:crypto';
import { z } from 'zod';
import { EpochRow, RunConfig } from '../contract/values/run.ts';
import type { TrainSpec } from '../contract/worker.ts';
import { bestEpoch } from './bestEpoch.ts';
import type { StateFormat } from './checkpoint.ts';

/**
 * Where a run stands. Together with the engine's tensors it is all that a resumed run needs: order and augmentation are
 * functions of (seed, epoch, step), so that no random generator has to be stored.
 */
export const TrainingState = z.object({
  /** Of the settings and patches that the run was started with. */
  fingerprint: z.string(),
  /** Optimizer steps done, over the whole run. */
  step: z.int().nonnegative(),
  /** Epochs whose validation is done, too. */
  epochsDone: z.int().nonnegative(),
  /** Sums over the steps of the epoch under way. */
  epoch: z.object({
    loss: z.number(),
    hits: z.int(),
    images: z.int(),
    seconds: z.number(),
    waited: z.number(),
  }),
  /** Of the finished epochs; `waited` of `trainingSeconds` went by waiting for data. */
  total: z.object({ images: z.int(), trainingSeconds: z.number(), waited: z.number() }),
  /** Wall time of the run up to here, over all its processes. */
  seconds: z.number(),
  /** One row per finished epoch. */
  history: z.array(EpochRow),
  /** What it ran on so far, in order. */
  devices: z.array(z.string()).default([]),
});
export type TrainingState = z.infer<typeof TrainingState>;

/** How the checkpoints of a run are written. */
export const runFormat: StateFormat<TrainingState> = {
  schema: TrainingState,
  bestStep: ({ history }) => bestEpoch(history)?.step ?? null,
};

export const EMPTY_EPOCH: TrainingState['epoch'] = { loss: 0, hits: 0, images: 0, seconds: 0, waited: 0 };

export function freshState(fingerprint: string): TrainingState {
  return {
    fingerprint,
    step: 0,
    epochsDone: 0,
    epoch: EMPTY_EPOCH,
    total: { images: 0, trainingSeconds: 0, waited: 0 },
    seconds: 0,
    history: [],
    devices: [],
  };
}

/** The same, going on on this device. */
export function onDevice(state: TrainingState, device: string): TrainingState {
  return state.devices.at(-1) === device ? state : { ...state, devices: [...state.devices, device] };
}

/**
 * What must be equal for a checkpoint to be continued: settings, classes and patches. Not the folders, so that a
 * workspace or dataset may be moved; nor the device, so that a run can go on where there is another one (then it is no
 * longer equal bit for bit to the run that was not interrupted).
 */
export function fingerprint(
  spec: Pick<TrainSpec, 'config' | 'classNames' | 'train' | 'val' | 'test'>,
): string {
  const patches = [spec.train, spec.val, spec.test].map((part) => part.map((p) => [p.path, p.classIndex]));
  // parsed, because that puts the keys into the schema's order
  const config = RunConfig.omit({ device: true }).parse(spec.config);
  return createHash('sha256')
    .update(JSON.stringify([config, spec.classNames, patches]))
    .digest('hex');
}
