import { counted } from '../../base/words.ts';
import { filesGone } from '../../contract/filesGone.ts';
import type { Dataset } from '../../contract/values/dataset.ts';
import type { RequestOutput } from '../../contract/requests.ts';
import type { RunConfig } from '../../contract/values/run.ts';
import { machine } from '../hardware/machine.ts';
import { startProblem } from '../models/startingWeights.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';
import { draw } from './draw.ts';
import { estimateSeconds, measurementsOf } from './speed.ts';
import { networkName, roughly } from './words.ts';

/** What a run of this configuration would do, without doing it. */
export function estimateRun(workplace: Workplace, config: RunConfig): RequestOutput<'runs.estimate'> {
  const { store } = workplace;
  const dataset = found(store.datasets.get(config.datasetId), 'dataset', config.datasetId);
  const splits = draw(workplace, dataset, config);
  const counts = { train: splits.train.length, val: splits.val.length, test: splits.test.length };
  const bench = store.benchmarks.latest(machine()) ?? [];
  const measurements = measurementsOf(store.runs.ofMachine(machine()), bench);
  const seconds = estimateSeconds(config, counts, measurements);
  return {
    counts,
    seconds,
    sentence: sentence(config, counts.train, seconds),
    problem: problemOf(workplace, dataset, config, counts.train) ?? splits.problem,
  };
}

function sentence(config: RunConfig, patches: number, seconds: number | null): string {
  const what = `Trains ${networkName(config)} for ${counted(config.epochs, 'epoch', 'epochs')} on ${counted(patches, 'patch', 'patches')}`;
  return seconds === null
    ? `${what}. How long that takes is known after a first run, or after the benchmark under Hardware.`
    : `${what}; ${roughly(seconds)} on this computer.`;
}

/** Why the run cannot start, beyond a shortage of patches. */
function problemOf(workplace: Workplace, dataset: Dataset, config: RunConfig, train: number): string | null {
  if (dataset.content === 'images')
    return `“${dataset.name}” holds natural images for pre-training; a classifier learns from patches. Choose a dataset of patches.`;
  if (dataset.status === 'importing') return `“${dataset.name}” is still being imported.`;
  if (dataset.status === 'failed') return `“${dataset.name}” was not imported completely. Import it again.`;
  if (dataset.missing) return filesGone(dataset.name, dataset.source);
  if (dataset.classes.length < 2)
    return `“${dataset.name}” has only one class; a classifier needs at least two.`;
  if (config.groupBySlide && dataset.slides === null)
    return `The source slides of “${dataset.name}” are not known, so its patches cannot be kept apart by slide. Turn off “Keep slides apart” under “All settings”.`;
  if (train < config.batchSize)
    return `A batch of ${config.batchSize} is more than the ${counted(train, 'training patch', 'training patches')}. Choose a smaller batch or more labels per class.`;
  return startProblem(workplace, config);
}
