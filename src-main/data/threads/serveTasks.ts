import { parentPort } from 'node:worker_threads';
import { explain } from '../../base/errors.ts';
import type { ThreadReply, ThreadTask } from './messages.ts';

/**
 * Makes this thread perform the tasks of a `threadPool`, one after the other, so that it has at most one image in the decoder.
 * @param transfer the buffers of a result that are handed over instead of copied
 */
export function serveTasks<Task, Result>(
  perform: (task: Task) => Promise<Result>,
  transfer: (result: Result) => ArrayBuffer[],
): void {
  let last = Promise.resolve();
  parentPort?.on('message', ({ id, task }: ThreadTask<Task>) => {
    last = last.then(async () => {
      const reply = await perform(task).then(
        (result): ThreadReply<Result> => ({ id, ok: true, result }),
        (error: unknown): ThreadReply<Result> => ({ id, ok: false, ...explain(error) }),
      );
      parentPort?.postMessage(reply, reply.ok ? transfer(reply.result) : []);
    });
  });
}
