import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from '../base/errors.ts';
import type { BenchRow, Provider } from '../contract/values/hardware.ts';
import type { WorkerContext, WorkerTask } from '../contract/worker.ts';
import { probeProviders } from '../engines/onnx/providers.ts';
import { MEASURED, WORKS, type Measurement, type PeerMeasurement, type Work } from './bench/measurement.ts';
import { processJson } from './bench/processJson.ts';

const MEASURE = fileURLToPath(new URL('bench/measure.ts', import.meta.url));
/** Part of the source tree, not of an installed Tessera. */
const PEER = fileURLToPath(new URL('../../test/bench/torch_peer.py', import.meta.url));

/** Each side is measured this many times, in turn, so that a busy moment of the machine hits both alike. */
const ROUNDS = 2;

/**
 * Training and inference on this computer's default device, in images per second (batch size over the median step), beside
 * PyTorch's where that is installed. Takes `seconds` and, before each measurement, the time to load and warm up.
 */
export const benchTask: WorkerTask<'bench'> = async (spec, context) => {
  const provider = defaultProvider(await probeProviders());
  const withPeer = spec.withPeer && existsSync(PEER);
  const parts = WORKS.length * ROUNDS * (withPeer ? 2 : 1);
  const seconds = String(spec.seconds / parts);
  const run = { seconds, device: provider.name, part: partCounter(context, parts), signal: context.signal };
  const rows: BenchRow[] = [];
  for (const work of WORKS) {
    const ours: Measurement[] = [];
    const peers: PeerMeasurement[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await measureOurs(work, run));
      const peer = withPeer ? await measurePeer(work, run) : null;
      if (peer !== null) peers.push(peer);
    }
    rows.push(benchRow(work, provider.device, ours, peers));
  }
  return rows;
};

interface Run {
  readonly seconds: string;
  readonly device: Provider['name'];
  readonly part: (message: string) => void;
  readonly signal: AbortSignal;
}

/** A GPU where it works and is one; otherwise the processor. */
function defaultProvider(providers: readonly Provider[]): Provider {
  const usable = providers.filter((provider) => provider.usable && !provider.software);
  const chosen = usable.find(({ name }) => name === 'webgpu') ?? usable[0];
  if (chosen === undefined)
    throw new UserError(`Nothing to measure: ${providers.map(({ note }) => note).join('; ')}.`);
  return chosen;
}

/** Reports one more part as begun at each call. */
function partCounter(context: WorkerContext<'bench'>, parts: number): (message: string) => void {
  let begun = 0;
  return (message) => context.progress({ fraction: begun++ / parts, message, rate: null, secondsLeft: null });
}

async function measureOurs(work: Work, run: Run): Promise<Measurement> {
  run.part(`${work} with Tessera`);
  const args = [MEASURE, work, run.device, run.seconds];
  const outcome = await processJson(process.execPath, args, run.signal);
  if ('json' in outcome) return outcome.json as Measurement;
  throw new UserError(
    `Measuring ${work} failed: the measuring process ended early.`,
    'failed' in outcome ? outcome.failed : null,
  );
}

/** null where Python or PyTorch is not installed. */
async function measurePeer(work: Work, run: Run): Promise<PeerMeasurement | null> {
  run.part(`${work} with PyTorch`);
  const outcome = await processJson('python3', [PEER, work, run.seconds], run.signal);
  if ('json' in outcome) return outcome.json as PeerMeasurement;
  if ('missing' in outcome) return null;
  throw new UserError(`Measuring ${work} with PyTorch failed.`, outcome.failed);
}

function benchRow(
  work: Work,
  device: string,
  ours: readonly Measurement[],
  peers: readonly PeerMeasurement[],
): BenchRow {
  const { depth, imageSize, batchSize } = MEASURED;
  const [own, peer] = [summary(ours), peers[0]];
  const other = peer === undefined ? null : { name: peer.name, version: peer.version, ...summary(peers) };
  return {
    work: `${work} resnet${depth} ${imageSize} px batch ${batchSize}`,
    engine: 'onnxruntime',
    device,
    ours: own,
    peer: other,
    ratio: other === null ? null : own.imagesPerSecond / other.imagesPerSecond,
  };
}

function summary(rounds: readonly Measurement[]) {
  const sorted = rounds.flatMap(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return {
    imagesPerSecond: (1000 * MEASURED.batchSize) / median,
    peakMemoryMB: Math.max(...rounds.map(({ peakMemoryMB }) => peakMemoryMB)),
  };
}
