import { Command, Option } from 'commander';
import { FULL_BENCH, fullBench } from '../../backend/hardware/fullBench.ts';
import { machine } from '../../backend/hardware/machine.ts';
import { UserError } from '../../base/errors.ts';
import { benchWorks } from '../../contract/benchWorks.ts';
import type { Progress } from '../../contract/values/job.ts';
import { InferenceDevice } from '../../contract/values/run.ts';
import { benchLines, benchTable } from '../benchTable.ts';
import { executeAlone, STOPPED, type Output } from '../command.ts';

interface BenchOptions {
  readonly only?: string;
  readonly device: InferenceDevice;
  readonly peer: boolean;
  readonly json?: boolean;
}

export function benchCommand(): Command {
  return new Command('bench')
    .description(
      'measure training, inference and the reading of images, beside PyTorch where it is installed; needs no workspace',
    )
    .option('--only <words>', 'only the works whose names contain this, e.g. "training" or "224 px"')
    .addOption(
      new Option('--device <device>', 'what networks run on; PyTorch uses CUDA unless it is the CPU')
        .choices(InferenceDevice.options)
        .default('cpu'),
    )
    .option('--no-peer', 'without PyTorch')
    .option('--json', 'print one JSON document on standard output')
    .action((options: BenchOptions) => executeAlone(options, (stopped) => bench(options, stopped)));
}

async function bench(options: BenchOptions, stopped: AbortSignal): Promise<Output> {
  const { only = '', device, peer: withPeer } = options;
  const works = benchWorks.map(({ name }) => name).filter((name) => name.includes(only));
  if (works.length === 0)
    throw new UserError(
      `Nothing that is measured is called “${only}”. Choose from: ${benchWorks.map(({ name }) => name).join('; ')}.`,
    );
  const onProgress = ({ message }: Progress) => void process.stderr.write(`${message}\n`);
  const rows = await fullBench({ works, withPeer, device, signal: stopped, onProgress });
  if (rows === null) return { json: null, text: 'Stopped.', exitCode: STOPPED };
  const lines = benchLines(rows);
  const { threads, rounds, steps } = FULL_BENCH;
  const conditions = { machine: machine(), device, threads, rounds, stepsPerSide: rounds * steps };
  return {
    json: { ...conditions, lines, rows },
    text: `${machine()}, ${device}; ${threads} threads each; medians of at least ${rounds * steps} steps in ${rounds} rounds, in turn\n\n${benchTable(lines)}`,
  };
}
