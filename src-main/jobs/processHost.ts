import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { explain } from '../base/errors.ts';
import type { ToWorker, WorkerKind, WorkerResult } from '../contract/worker.ts';
import { exitReason } from './exitReason.ts';
import { parseFromWorker } from './fromWorker.ts';
import type { Outcome, RunningWorker, WorkerHost, WorkerListener } from './workerHost.ts';

export interface StopBudget {
  /** Milliseconds after asking until SIGTERM. */
  readonly ask: number;
  /** Milliseconds after SIGTERM until SIGKILL. */
  readonly terminate: number;
}

/** Together under the five seconds in which a cancelled job has to be gone. */
const defaultBudget: StopBudget = { ask: 3000, terminate: 1000 };

/** Bytes of a worker's own output that are kept for "copy details". */
const KEPT_OUTPUT = 8192;

/** Milliseconds for the pipes of a dead worker to empty; a grandchild could hold them open for ever. */
const DRAIN_LIMIT = 1000;

/** Runs each worker in a Node process of its own, on the Node that runs this. `entry`: the worker's main module. */
export function processHost(entry: string, budget: StopBudget = defaultBudget): WorkerHost {
  return {
    start(kind, spec, listener) {
      const child = fork(entry, [], {
        serialization: 'advanced',
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        execArgv: [],
      });
      const worker = supervise(kind, child, listener, budget);
      child.send({ type: 'start', kind, spec } satisfies ToWorker, () => {}); // a worker that died at once is seen by its exit
      return worker;
    },
  };
}

function supervise<K extends WorkerKind>(
  kind: K,
  child: ChildProcess,
  listener: WorkerListener<K>,
  budget: StopBudget,
): RunningWorker<K> {
  let said: Outcome<K> | null = null; // the worker's last word; believed only once the process is gone
  let stopping = false;
  let gone = false;
  let output = '';
  const timers: NodeJS.Timeout[] = [];

  const keepOutput = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
  };
  child.stdout?.on('data', keepOutput);
  child.stderr?.on('data', keepOutput);

  const killAfter = (milliseconds: number) => {
    const terminate = setTimeout(() => child.kill('SIGTERM'), milliseconds);
    const kill = setTimeout(() => child.kill('SIGKILL'), milliseconds + budget.terminate);
    timers.push(terminate, kill);
  };
  const fail = (error: unknown) => {
    said = { type: 'failed', ...explain(error) };
    child.kill('SIGKILL');
  };

  child.on('message', (raw) => {
    if (said) return; // a message after the last word
    try {
      const message = parseFromWorker(kind, raw);
      if (message.type === 'progress') listener.progress(message.progress);
      else if (message.type === 'event') listener.event(message.event);
      else {
        said =
          message.type === 'done' ? { type: 'done', result: message.result as WorkerResult<K> } : message;
        killAfter(budget.ask); // it should leave by itself now
      }
    } catch (error) {
      fail(error);
    }
  });

  const { promise, resolve } = Promise.withResolvers<Outcome<K>>();
  const settle = (code: number | null, signal: NodeJS.Signals | null) => {
    gone = true;
    timers.forEach(clearTimeout);
    if (said) resolve(said);
    else if (stopping) resolve({ type: 'cancelled' });
    else
      resolve({ type: 'failed', message: exitReason(kind, code, signal, output), details: output || null });
  };
  child.on('error', (error) => {
    if (child.pid === undefined) resolve({ type: 'failed', ...explain(error) }); // could not be started
  });
  child.on('exit', (code, signal) => {
    // Messages and output may still wait in their pipes when the exit is seen.
    const drained = [child.connected ? once(child, 'disconnect') : null, once(child, 'close')];
    void Promise.race([Promise.all(drained), delay(DRAIN_LIMIT)]).then(() => settle(code, signal));
  });

  return {
    outcome: promise,
    stop() {
      if (stopping || gone) return;
      stopping = true;
      if (child.connected) child.send({ type: 'cancel' } satisfies ToWorker, () => {});
      killAfter(budget.ask);
    },
  };
}
