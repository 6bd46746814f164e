import { z } from 'zod';
import { Progress } from '../contract/values/job.ts';
import { workerKinds, type FromWorker, type WorkerKind } from '../contract/worker.ts';

/**
 * Checks a message from a worker of this kind against the contract.
 * @throws ZodError naming what does not fit.
 */
export function parseFromWorker<K extends WorkerKind>(kind: K, message: unknown): FromWorker<K> {
  const schema = z.discriminatedUnion('type', [
    z.object({ type: z.literal('progress'), progress: Progress }),
    z.object({ type: z.literal('event'), event: workerKinds[kind].event }),
    z.object({ type: z.literal('done'), result: workerKinds[kind].result }),
    z.object({ type: z.literal('cancelled') }),
    z.object({ type: z.literal('failed'), message: z.string(), details: z.string().nullable() }),
  ]);
  return schema.parse(message) as FromWorker<K>; // the table's entry for K; TypeScript cannot follow the index
}
