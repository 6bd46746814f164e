import { explain } from '../base/errors.ts';
import type { WorkerKind, WorkerTask } from '../contract/worker.ts';
import type { Outcome, WorkerHost } from './workerHost.ts';

export type TaskTable = { readonly [K in WorkerKind]?: WorkerTask<K> };

/** Runs tasks in this process: for tests of everything above the process boundary. */
export function memoryHost(tasks: TaskTable): WorkerHost {
  return {
    start(kind, spec, listener) {
      const controller = new AbortController();
      const run = async (): Promise<Outcome<typeof kind>> => {
        try {
          const task = tasks[kind] as WorkerTask<typeof kind> | undefined;
          if (!task) throw new Error(`No task for ${kind}`);
          const result = await task(spec, {
            signal: controller.signal,
            progress: (progress) => listener.progress(progress),
            event: (event) => listener.event(event),
          });
          return { type: 'done', result };
        } catch (error) {
          return controller.signal.aborted ? { type: 'cancelled' } : { type: 'failed', ...explain(error) };
        }
      };
      return { outcome: run(), stop: () => controller.abort() };
    },
  };
}
