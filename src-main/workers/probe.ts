import { constants, setPriority } from 'node:os';
import { runDefaults } from '../contract/defaults.ts';
import type { WorkerTask } from '../contract/worker.ts';
import { probeProvider } from '../engines/probeProvider.ts';
import { DEPTHS } from '../training/network.ts';

/** Tests one provider, with the network that the Train form begins with; what a person does meanwhile goes first. */
export const probeTask: WorkerTask<'probe'> = ({ device }) => {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  return probeProvider(device, {
    depth: DEPTHS[runDefaults.architecture.value],
    width: runDefaults.width.value,
    imageSize: runDefaults.imageSize.value,
    batchSize: runDefaults.batchSize.value,
  });
};
