import { availableParallelism, cpus } from 'node:os';
import { UserError } from '../base/errors.ts';
import { benchWorks, type BenchWork } from '../contract/benchWorks.ts';
import { runDefaults } from '../contract/defaults.ts';
import type { BenchRow } from '../contract/values/hardware.ts';
import type { WorkerContext, WorkerSpec, WorkerTask } from '../contract/worker.ts';
import { peersFor, tessera, type Contestant } from './bench/contestants.ts';
import type { Measurement, MeasuringTask } from './bench/measurement.ts';
import { withPatches } from './bench/patches.ts';
import { summarise } from './bench/summary.ts';
import { takeTurns } from './bench/takeTurns.ts';

/** Steps before the clock counts. */
const WARM_UP = 2;
/** Workers deliver in pairs: steps of one batch would take no time and double the time in turn. */
const PIPELINE_BATCHES = 4;

/**
 * Measures works in images per second (those of a step over its median time), beside PyTorch where that is asked for and
 * installed. Every measurement is a process of its own.
 */
export const benchTask: WorkerTask<'bench'> = async (spec, context) => {
  const works = spec.works.map(workNamed);
  const report = partReporter(works, spec, context);
  const rows: BenchRow[] = [];
  for (const work of works) {
    const measure = (patches: MeasuringTask['patches']) =>
      benchRow(work, spec, patches, context.signal, report);
    rows.push(
      work.kind === 'pipeline'
        ? await withPatches(work.imageSize, context.signal, (folder) =>
            measure({ folder, augmentation: runDefaults.augmentation.value }),
          )
        : await measure(null),
    );
  }
  return rows;
};

type Spec = WorkerSpec<'bench'>;
type Report = (work: BenchWork, contestant: Contestant, round: number) => void;

function workNamed(name: string): BenchWork {
  const work = benchWorks.find((candidate) => candidate.name === name);
  if (work === undefined) throw new UserError(`There is nothing to measure called “${name}”.`);
  return work;
}

const contestantsOf = (work: BenchWork, { withPeer }: Spec) => [tessera, ...(withPeer ? peersFor(work) : [])];

/** Reports each measurement as it begins. */
function partReporter(works: readonly BenchWork[], spec: Spec, context: WorkerContext<'bench'>): Report {
  const parts = works.reduce((sum, work) => sum + contestantsOf(work, spec).length * spec.rounds, 0);
  let begun = 0;
  return ({ name }, { label }, round) => {
    const message = `${name}: ${label}, round ${round + 1} of ${spec.rounds}`;
    context.progress({ fraction: begun++ / parts, message, rate: null, secondsLeft: null });
  };
}

async function benchRow(
  work: BenchWork,
  spec: Spec,
  patches: MeasuringTask['patches'],
  signal: AbortSignal,
  report: Report,
): Promise<BenchRow> {
  const { rounds, steps, seconds } = spec;
  const device = deviceFor(work, spec);
  const batches = work.kind === 'pipeline' ? PIPELINE_BATCHES : 1;
  const threads = spec.threads ?? availableParallelism();
  const task = { work, device: device.id, threads, warmUp: WARM_UP, steps, seconds, batches, patches };
  const [ours = [], ...peers] = await takeTurns(contestantsOf(work, spec), rounds, (one, round) => {
    report(work, one, round);
    return one.measure(task, signal);
  });
  const images = work.batchSize * batches;
  const own = summarise(ours, images);
  const peer = fastest(peers, images);
  return {
    work: work.name,
    engine: ours[0]?.name ?? '',
    device: device.name,
    ours: own,
    peer,
    ratio: peer === null ? null : own.imagesPerSecond / peer.imagesPerSecond,
  };
}

function deviceFor({ kind }: BenchWork, spec: Spec): Spec['training'] {
  switch (kind) {
    case 'training':
      return spec.training;
    case 'inference':
      return spec.inference;
    case 'pipeline':
      return { id: 'cpu', name: cpus()[0]?.model.trim() ?? 'processor' };
  }
}

/** The peer at its best; null where it is not installed. */
function fastest(ways: readonly (readonly Measurement[])[], images: number): BenchRow['peer'] {
  const [best = null] = ways
    .flatMap((rounds) =>
      rounds[0] ? [{ name: rounds[0].name, version: rounds[0].version, ...summarise(rounds, images) }] : [],
    )
    .toSorted((a, b) => b.imagesPerSecond - a.imagesPerSecond);
  return best;
}
