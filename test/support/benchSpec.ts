import type { BenchSpec } from '../../src-main/contract/worker.ts';

/** A measurement of nothing on the CPU, with some changes. */
export function benchSpec(changes: Partial<BenchSpec>): BenchSpec {
  const cpu = { id: 'cpu', name: 'some processor' } as const;
  const empty = { works: [], withPeer: false, training: cpu, inference: cpu, threads: 2 };
  return { ...empty, rounds: 1, steps: 1, seconds: 0, ...changes };
}
