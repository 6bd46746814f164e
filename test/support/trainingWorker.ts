import { fork } from 'node:child_process';
import path from 'node:path';
import type { FromWorker, TrainSpec, WorkerEvent, WorkerResult } from '../../src-main/contract/worker.ts';

type Message = FromWorker<'train'>;

export interface TrainingRun {
  readonly messages: Message[];
  readonly events: WorkerEvent<'train'>[];
  /** null: the worker did not finish. */
  readonly done: WorkerResult<'train'> | null;
  /** Milliseconds from `cancel` to the end of the process. */
  readonly cancelTook: number | null;
}

/**
 * Trains in a real worker process. `onMessage` may answer "kill" (SIGKILL, as a crash or the user's task manager would)
 * or "cancel".
 */
export function trainInWorker(
  spec: TrainSpec,
  onMessage: (message: Message) => 'kill' | 'cancel' | undefined = () => undefined,
): Promise<TrainingRun> {
  const entry = path.resolve('src-main/workers/main.ts');
  const child = fork(entry, [], { serialization: 'advanced', execArgv: [] });
  const messages: Message[] = [];
  let cancelledAt: number | null = null;
  child.on('message', (message: Message) => {
    messages.push(message);
    const answer = onMessage(message);
    if (answer === 'kill') child.kill('SIGKILL');
    if (answer === 'cancel' && cancelledAt === null) {
      cancelledAt = performance.now();
      child.send({ type: 'cancel' });
    }
  });
  child.send({ type: 'start', kind: 'train', spec });
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
