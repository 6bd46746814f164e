import { Worker } from 'node:worker_threads';
import { explain } from '../base/errors.ts';
import { workerKinds, type FromWorker, type WorkerKind, type WorkerTask } from '../contract/worker.ts';
import { throttled } from './throttled.ts';

/** Each kind's task, imported when it is needed: a worker loads only what its job uses. */
export type TaskTable = { readonly [K in WorkerKind]: () => Promise<WorkerTask<K>> };

const PROGRESS_INTERVAL = 100;

/**
 * Makes this process a worker: it takes one `start` from its parent, runs the task, says how it ended and exits.
 * It never outlives its parent, and leaves Ctrl-C (which a terminal sends to the whole group) to it.
 */
export function serveWorker(tasks: TaskTable): void {
  const controller = new AbortController();
  process.on('SIGINT', () => {});
  process.on('SIGHUP', () => {});
  process.on('disconnect', () => process.exit(1));
  // `disconnect` is not seen while a native call blocks this thread; another thread watches too.
  new Worker(new URL('./parentWatch.ts', import.meta.url), { workerData: process.ppid }).unref();

  process.on(
    'message',
    (message: { type: 'start'; kind: WorkerKind; spec: unknown } | { type: 'cancel' }) => {
      if (message.type === 'cancel') controller.abort(new Error('cancelled'));
      else void run(message.kind, message.spec);
    },
  );

  async function run<K extends WorkerKind>(kind: K, rawSpec: unknown): Promise<void> {
    const progress = throttled(PROGRESS_INTERVAL, (latest: FromWorker<K> & { type: 'progress' }) =>
      send(latest),
    );
    let last: FromWorker<K>;
    try {
      const spec = workerKinds[kind].spec.parse(rawSpec) as Parameters<WorkerTask<K>>[0];
      const task = await tasks[kind]();
      const result = await task(spec, {
        signal: controller.signal,
        progress: (value) => progress.push({ type: 'progress', progress: value }),
        event: (event) => send({ type: 'event', event }),
      });
      last = { type: 'done', result };
    } catch (error) {
      last = controller.signal.aborted ? { type: 'cancelled' } : { type: 'failed', ...explain(error) };
    }
    progress.flush();
    send(last, () => process.exit(0));
  }
}

function send<K extends WorkerKind>(message: FromWorker<K>, sent: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, sent);
}
