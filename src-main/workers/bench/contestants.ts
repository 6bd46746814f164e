import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../base/errors.ts';
import type { BenchWork } from '../../contract/benchWorks.ts';
import type { Measurement, MeasuringTask } from './measurement.ts';
import { processJson } from './processJson.ts';

const MEASURE = fileURLToPath(new URL('measure.ts', import.meta.url));
/** Part of the source tree, not of an installed Tessera. */
const PEER = fileURLToPath(new URL('../../../test/bench/torch_peer.py', import.meta.url));

/** One side of a comparison, or one of several ways in which a side can do the work. */
export interface Contestant {
  readonly label: string;
  /** null: what it needs is not installed. */
  measure(task: Omit<MeasuringTask, 'variant'>, signal: AbortSignal): Promise<Measurement | null>;
}

export const tessera: Contestant = {
  label: 'Tessera',
  async measure(task, signal) {
    const argument = JSON.stringify({ ...task, variant: null } satisfies MeasuringTask);
    const outcome = await processJson(process.execPath, [MEASURE, argument], signal);
    if ('json' in outcome) return outcome.json as Measurement;
    throw failure(task, 'Tessera', 'failed' in outcome ? outcome.failed : 'Node was not found.');
  },
};

function failure({ work }: Pick<MeasuringTask, 'work'>, side: string, output: string): UserError {
  const reason =
    output
      .trimEnd()
      .split('\n')
      .findLast((line) => /error/i.test(line)) ?? 'its process ended early';
  return new UserError(`Measuring “${work.name}” with ${side} failed: ${reason}`, output);
}

/** PyTorch is at its best in one or the other memory format, torchvision on images of PIL or on tensors. */
const PEER_VARIANTS: Readonly<Record<BenchWork['kind'], readonly string[]>> = {
  training: ['contiguous', 'channels_last'],
  inference: ['contiguous', 'channels_last'],
  pipeline: ['pil', 'tensor'],
};

/** The ways in which PyTorch can do the work; none in an installed Tessera. */
export function peersFor({ kind }: BenchWork): readonly Contestant[] {
  if (!existsSync(PEER)) return [];
  return PEER_VARIANTS[kind].map((variant) => ({
    label: `PyTorch, ${variant}`,
    async measure(task, signal) {
      const argument = JSON.stringify({ ...task, variant } satisfies MeasuringTask);
      const outcome = await processJson('python3', [PEER, argument], signal);
      if ('json' in outcome) return outcome.json as Measurement;
      if ('missing' in outcome) return null;
      throw failure(task, 'PyTorch', outcome.failed);
    },
  }));
}
