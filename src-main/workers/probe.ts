import type { WorkerTask } from '../contract/worker.ts';
import { probeProviders } from '../engines/onnx/providers.ts';

/** Finds the execution providers. */
export const probeTask: WorkerTask<'probe'> = () => probeProviders();
