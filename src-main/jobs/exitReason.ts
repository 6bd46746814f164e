import { processNames } from './states.ts';
import type { WorkerKind } from '../contract/worker.ts';

const OUT_OF_MEMORY = /JavaScript heap out of memory|bad_alloc|Array buffer allocation failed/;

/** What to do when native code ended a worker. */
const afterCrash: Partial<Record<WorkerKind, string>> = {
  train: 'Go on with the processor (CPU), or update the driver and resume.',
  predict: 'Choose the processor (CPU) as default device under Hardware, and resume.',
  bench: 'Choose the processor (CPU) as default device under Hardware, and start it again.',
  probe: 'Update the driver, then test again.',
};

/** Why a worker process ended without saying so, in words, from what the system tells of its exit. */
export function exitReason(
  kind: WorkerKind,
  code: number | null,
  signal: NodeJS.Signals | null,
  output: string,
): string {
  const who = `The ${processNames[kind]}`;
  if (OUT_OF_MEMORY.test(output))
    return `${who} ran out of memory. Close other programs, or choose a smaller batch or image size.`;
  if (signal === 'SIGKILL')
    return `${who} was killed (SIGKILL) – often the system ran out of memory. Close other programs, or choose a smaller batch or image size, and start it again.`;
  if (signal === 'SIGSEGV' || signal === 'SIGBUS' || signal === 'SIGILL' || signal === 'SIGABRT')
    return `${who} crashed (${signal}) in native code, often a graphics driver. ${afterCrash[kind] ?? 'It can be started again.'}`;
  if (signal !== null) return `${who} was stopped from outside (${signal}). It can be started again.`;
  return `${who} ended unexpectedly with exit code ${code}.`;
}
