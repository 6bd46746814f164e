import type {
  FromWorker,
  TrainSpec,
  WorkerEvent,
  WorkerResult,
  WorkerSpec,
} from '../../src-main/contract/worker.ts';
import { runWorker, type Reaction } from './workerProcess.ts';

type TrainingKind = 'train' | 'pretrain';

export interface WorkerRun<K extends TrainingKind> {
  readonly messages: FromWorker<K>[];
  readonly events: WorkerEvent<K>[];
  /** null: the worker did not finish. */
  readonly done: WorkerResult<K> | null;
  /** Milliseconds from `cancel` to the end of the process. */
  readonly cancelTook: number | null;
}

export type TrainingRun = WorkerRun<'train'>;

/** Trains in a real worker process. */
export const trainInWorker = (spec: TrainSpec, onMessage?: OnMessage<'train'>) =>
  runInWorker('train', spec, onMessage);

type OnMessage<K extends TrainingKind> = (message: FromWorker<K>) => Reaction;

/** Trains or pre-trains in a real worker process; see `runWorker`. */
export async function runInWorker<K extends TrainingKind>(
  kind: K,
  spec: WorkerSpec<K>,
  onMessage?: OnMessage<K>,
): Promise<WorkerRun<K>> {
  const { messages, cancelTook } = await runWorker(kind, spec, onMessage);
  const last = messages.at(-1);
  return {
    messages,
    events: messages.flatMap((message) => (message.type === 'event' ? [message.event] : [])),
    done: last?.type === 'done' ? last.result : null,
    cancelTook,
  };
}
