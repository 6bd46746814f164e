import type { Backend } from './startBackend.ts';

/**
 * Ends this process with its backend closed when the system asks for it, or (`withStdin`) when stdin closes, which happens
 * when the parent is gone in whatever way.
 */
export function endCleanly(backend: Backend, withStdin: boolean): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    void backend.close().finally(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  if (withStdin) process.stdin.on('end', end).on('error', end).resume();
}
