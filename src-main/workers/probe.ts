import { runDefaults } from '../contract/defaults.ts';
import type { WorkerTask } from '../contract/worker.ts';
import { probeProvider } from '../engines/probeProvider.ts';
import { DEPTHS } from '../training/network.ts';

/** Tests one provider, with the network that the Train form begins with. */
export const probeTask: WorkerTask<'probe'> = ({ device }) =>
  probeProvider(device, {
    depth: DEPTHS[runDefaults.architecture.value],
    width: runDefaults.width.value,
    imageSize: runDefaults.imageSize.value,
    batchSize: runDefaults.batchSize.value,
  });
