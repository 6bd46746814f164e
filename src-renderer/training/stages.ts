import type { Device, RunStatus } from '../../src-main/contract/values/run.ts';

/** What a run and a pre-training have in common. */
export interface Training {
  readonly status: RunStatus;
  readonly config: { readonly datasetId: number; readonly device: Device };
}

/** Ended before its end, so that its last checkpoint can be gone on from. */
export const isResumable = ({ status }: Training): boolean =>
  ['failed', 'cancelled', 'interrupted'].includes(status);

/** What a graphics card left undone, the processor can finish. */
export const isForCpu = ({ status, config }: Training): boolean =>
  status === 'failed' && config.device !== 'cpu';
