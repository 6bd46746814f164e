import { workerData } from 'node:worker_threads';

/*
 * A thread that ends its process when the parent is gone, even while a native call blocks the main thread.
 * An orphan gets a new parent; on Windows it keeps the number of the dead one, hence the second question.
 */
const parent: number = workerData;

function parentLives(): boolean {
  if (process.ppid !== parent) return false;
  try {
    process.kill(parent, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

setInterval(() => {
  if (!parentLives()) process.kill(process.pid, 'SIGKILL');
}, 500);
