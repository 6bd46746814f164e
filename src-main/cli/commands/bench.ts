import { Command } from 'commander';
import type { BenchRow } from '../../contract/values/hardware.ts';
import {
  STOPPED,
  execute,
  withCommonOptions,
  type CommonOptions,
  type Context,
  type Output,
} from '../command.ts';
import { table } from '../table.ts';
import { waitForJob } from '../waitForJob.ts';

export function benchCommand(): Command {
  return withCommonOptions(new Command('bench'))
    .description('measure training and inference on this computer, beside PyTorch where it is installed')
    .option('--no-peer', 'without PyTorch')
    .action((options: CommonOptions & { peer: boolean }) =>
      execute(options, true, (context) => bench(context, options.peer)),
    );
}

async function bench(context: Context, withPeer: boolean): Promise<Output> {
  const { id } = await context.client('hardware.bench', { withPeer });
  const { status } = await waitForJob(context, id);
  if (status === 'cancelled') return { json: [], text: 'Stopped.', exitCode: STOPPED };
  const rows = (await context.client('hardware.benchResult', {})) ?? [];
  return { json: rows, text: table([HEADING, ...rows.map(cells)]) };
}

const HEADING = ['work', 'engine', 'device', 'images/s', 'MB', 'peer', 'images/s', 'MB', 'ratio'];

const cells = ({ work, engine, device, ours, peer, ratio }: BenchRow) => [
  work,
  engine,
  device,
  Number(ours.imagesPerSecond.toFixed(1)),
  Math.round(ours.peakMemoryMB),
  peer && `${peer.name} ${peer.version}`,
  peer && Number(peer.imagesPerSecond.toFixed(1)),
  peer && Math.round(peer.peakMemoryMB),
  ratio && Number(ratio.toFixed(2)),
];
