import { fork } from 'node:child_process';
import path from 'node:path';
import type {
  FromWorker,
  TrainSpec,
  WorkerEvent,
  WorkerResult,
  WorkerSpec,
} from '../../src-main/contract/worker.ts';

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

type OnMessage<K extends TrainingKind> = (message: FromWorker<K>) => 'kill' | 'cancel' | undefined;

/**
 * Trains or pre-trains in a real worker process. `onMessage` may answer "kill" (SIGKILL, as a crash or the user's task manager would)
 * or "cancel".
 */
export function runInWorker<K extends TrainingKind>(
  kind: K,
  spec: WorkerSpec<K>,
  onMessage: OnMessage<K> = () => undefined,
): Promise<WorkerRun<K>> {
  const entry = path.resolve('src-main/workers/main.ts');
  const child = fork(entry, [], { serialization: 'advanced', execArgv: [] });
  const messages: FromWorker<K>[] = [];
  let cancelledAt: number | null = null;
  child.on('message', (message: FromWorker<K>) => {
    messages.push(message);
    const answer = onMessage(message);
    if (answer === 'kill') child.kill('SIGKILL');
    if (answer === 'cancel' && cancelledAt === null) {
      cancelledAt = performance.now();
      child.send({ type: 'cancel' });
    }
  });
  child.send({ type: 'start', kind, spec });
  return new Promise((resolve) => {
    child.on('close', () => {
      const last = messages.at(-1);
      resolve({
        messages,
        events: messages.flatMap((message) => (message.type === 'event' ? [message.event] : [])),
        done: last?.type === 'done' ? last.result : null,
        cancelTook: cancelledAt === null ? null : performance.now() - cancelledAt,
      });
    });
  });
}
