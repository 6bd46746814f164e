import { UserError } from '../base/errors.ts';
import type { Checkpoint, CheckpointState } from './checkpoint.ts';
import type { CheckpointStore } from './checkpointStore.ts';

/**
 * Where a training begins: at the newest usable checkpoint if it is to go on, else at nothing, in a clean folder.
 * @param fingerprint of its settings and data
 * @throws UserError when the checkpoints are those of another one.
 */
export async function startingPoint<S extends CheckpointState>(
  spec: { readonly resume: boolean; readonly folder: string },
  fingerprint: string,
  checkpoints: CheckpointStore<S>,
): Promise<{ from: Checkpoint<S> | null; damaged: readonly string[] }> {
  if (!spec.resume) {
    await checkpoints.clear();
    return { from: null, damaged: [] };
  }
  const { checkpoint, damaged } = await checkpoints.latest();
  if (checkpoint && checkpoint.state.fingerprint !== fingerprint)
    throw new UserError(
      `The checkpoints in ${spec.folder} belong to other settings or other data. Start anew.`,
    );
  return { from: checkpoint, damaged };
}
