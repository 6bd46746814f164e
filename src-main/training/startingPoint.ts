import { UserError } from '../base/errors.ts';
import type { TrainSpec } from '../contract/worker.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { CheckpointStore } from './checkpointStore.ts';
import { fingerprint } from './trainingState.ts';

/**
 * Where a run begins: at the newest usable checkpoint if it is to go on, else at nothing, in a clean folder.
 * @throws UserError when the checkpoints are those of another run.
 */
export async function startingPoint(
  spec: TrainSpec,
  checkpoints: CheckpointStore,
): Promise<{ from: Checkpoint | null; damaged: readonly string[] }> {
  if (!spec.resume) {
    await checkpoints.clear();
    return { from: null, damaged: [] };
  }
  const { checkpoint, damaged } = await checkpoints.latest();
  if (checkpoint && checkpoint.state.fingerprint !== fingerprint(spec))
    throw new UserError(
      `The checkpoints in ${spec.folder} belong to other settings or other patches. Start the run anew.`,
    );
  return { from: checkpoint, damaged };
}
