import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { FromWorker, WorkerKind, WorkerSpec } from '../../src-main/contract/worker.ts';

/** What to do to a worker after a message of it: "kill" is SIGKILL, as a crash or the user's task manager would. */
export type Reaction = 'kill' | 'cancel' | undefined;

/** Runs a task in a real worker process. @returns what it said, and how long it took to end after a cancellation, in milliseconds */
export function runWorker<K extends WorkerKind>(
  kind: K,
  spec: WorkerSpec<K>,
  onMessage: (message: FromWorker<K>, child: ChildProcess) => Reaction = () => undefined,
): Promise<{ messages: FromWorker<K>[]; cancelTook: number | null }> {
  const child = fork(path.resolve('src-main/workers/main.ts'), [], {
    serialization: 'advanced',
    execArgv: [],
  });
  const messages: FromWorker<K>[] = [];
  let cancelledAt: number | null = null;
  child.on('message', (message: FromWorker<K>) => {
    messages.push(message);
    const reaction = onMessage(message, child);
    if (reaction === 'kill') child.kill('SIGKILL');
    if (reaction === 'cancel' && cancelledAt === null) {
      cancelledAt = performance.now();
      child.send({ type: 'cancel' });
    }
  });
  child.send({ type: 'start', kind, spec });
  return new Promise((resolve) =>
    child.on('close', () =>
      resolve({ messages, cancelTook: cancelledAt === null ? null : performance.now() - cancelledAt }),
    ),
  );
}
