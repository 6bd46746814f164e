import { Worker } from 'node:worker_threads';
import { UserError } from '../../base/errors.ts';
import type { ThreadReply, ThreadTask } from './messages.ts';
import { partition } from './partition.ts';

/** Threads that all do the same work. */
export interface ThreadPool<Task, Result> {
  /**
   * Gives a task to the thread with the least to do. A failure rejects it with the thread's reason; a thread that ends rejects all
   * of its tasks.
   * @param weight how much work it is, e.g. images
   */
  perform(task: Task, weight: number): Promise<Result>;
  /**
   * Performs one task for each part of a request; gives their results in order. A request that comes alone is cut into one part per
   * thread. Of requests that overlap each goes to one thread as a whole, so that its parts need not be put together.
   */
  performParts<Item>(items: readonly Item[], task: (part: readonly Item[]) => Task): Promise<Result[]>;
  dispose(): Promise<void>;
}

interface Pending<Result> {
  resolve(result: Result): void;
  reject(reason: Error): void;
}

interface Thread<Result> {
  readonly worker: Worker;
  /** The tasks it has not answered yet. */
  readonly pending: Map<number, Pending<Result>>;
  /** Weight of those tasks. */
  load: number;
  /** Why it can work no more. */
  dead: Error | null;
}

/** @param entry the thread's module, which calls `serveTasks` */
export function threadPool<Task, Result>(
  entry: URL,
  workerData: unknown,
  size: number,
): ThreadPool<Task, Result> {
  const threads = Array.from({ length: Math.max(1, size) }, () => startThread<Result>(entry, workerData));
  let nextId = 0;
  let requests = 0;
  const perform = (task: Task, weight: number): Promise<Result> => {
    const [thread] = threads.filter(({ dead }) => !dead).sort((a, b) => a.load - b.load);
    if (!thread) return Promise.reject(threads[0]?.dead ?? new Error('There are no threads.'));
    return new Promise<Result>((resolve, reject) => {
      const id = nextId++;
      thread.load += weight;
      const settled = () => void (thread.load -= weight);
      thread.pending.set(id, {
        resolve: (result) => (settled(), resolve(result)),
        reject: (reason) => (settled(), reject(reason)),
      });
      thread.worker.postMessage({ id, task } satisfies ThreadTask<Task>);
    });
  };
  return {
    perform,
    async performParts(items, task) {
      const parts = partition(items, Math.ceil(threads.length / (requests + 1)));
      requests++;
      try {
        return await Promise.all(parts.map((part) => perform(task(part), part.length)));
      } finally {
        requests--;
      }
    },
    async dispose() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function startThread<Result>(entry: URL, workerData: unknown): Thread<Result> {
  const worker = new Worker(entry, { workerData });
  const thread: Thread<Result> = { worker, pending: new Map(), load: 0, dead: null };
  const die = (reason: Error) => {
    thread.dead ??= reason;
    for (const { reject } of thread.pending.values()) reject(thread.dead);
    thread.pending.clear();
  };
  worker.on('message', (reply: ThreadReply<Result>) => {
    const pending = thread.pending.get(reply.id);
    thread.pending.delete(reply.id);
    if (reply.ok) pending?.resolve(reply.result);
    else pending?.reject(new UserError(reply.message, reply.details));
  });
  worker.on('error', (error) => die(error));
  worker.on('exit', (code) => die(new Error(`A thread that loads images ended (exit code ${code}).`)));
  return thread;
}
