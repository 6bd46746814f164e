import { BenchSpec } from '../../contract/worker.ts';
import type { JobBehaviour } from '../../jobs/behaviour.ts';
import { machine } from '../hardware/machine.ts';
import type { Workplace } from '../session.ts';

export function benchBehaviour({ store }: Workplace): JobBehaviour<'bench'> {
  return {
    spec: (job) => store.jobs.parameters(job.id, BenchSpec),
    event() {},
    finish: (_job, rows) => {
      store.benchmarks.insert(machine(), rows);
    },
  };
}
