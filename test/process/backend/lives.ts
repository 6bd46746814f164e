import { readFileSync } from 'node:fs';

/** Whether a process is there and not merely waiting for a lazy init to take note of its end (a zombie). */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false; // it went in between
  }
}
