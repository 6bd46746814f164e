import { availableParallelism } from 'node:os';
import { threadPool, type ThreadPool } from '../../data/threads/threadPool.ts';
import type { CutResult, CutTask } from './cutMessages.ts';

export const CUTTING_THREADS = Math.min(4, availableParallelism());

/** Cuts patches out of slides, in threads of its own. */
export interface Cutter {
  /** @throws UserError when the slide cannot be read */
  cut(task: CutTask): Promise<CutResult>;
  dispose(): Promise<void>;
}

/** The threads begin with the first task. @param signal ends them at once */
export function createCutter(signal: AbortSignal): Cutter {
  let pool: ThreadPool<CutTask, CutResult> | null = null;
  const end = () => void pool?.dispose();
  signal.addEventListener('abort', end, { once: true });
  return {
    cut(task) {
      signal.throwIfAborted();
      pool ??= threadPool(new URL('./cutThread.ts', import.meta.url), null, CUTTING_THREADS);
      const result = pool.perform(task, task.corners.length);
      result.catch(() => {}); // thrown when its turn comes
      return result;
    },
    async dispose() {
      signal.removeEventListener('abort', end);
      await pool?.dispose();
    },
  };
}
