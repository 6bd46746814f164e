import { UserError } from '../../base/errors.ts';
import type { Dataset } from '../../contract/values/dataset.ts';
import type { RunConfig } from '../../contract/values/run.ts';
import { drawSplits, type Splits } from '../../data/splits.ts';
import type { Patch } from '../../contract/values/dataset.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';

/** The patches that a run of this configuration trains, validates and tests on; nothing is stored. */
export function draw({ store }: Workplace, dataset: Dataset, config: RunConfig): Splits<Patch> {
  return drawSplits(store.patches.all(dataset.id), {
    perClass: config.perClass,
    validationPerClass: config.validationPerClass,
    testFraction: config.testFraction,
    seed: config.seed,
    classes: dataset.classes.length,
    classNames: dataset.classes.map((each) => each.name),
  });
}

/**
 * Stores a run's draw, once: it stays what it is, whatever becomes of the dataset.
 * @throws UserError when there are too few patches
 */
export function ensureDrawn(workplace: Workplace, runId: number): void {
  const { store } = workplace;
  if (store.runPatches.drawn(runId)) return;
  const { config } = found(store.runs.get(runId), 'run', runId);
  const dataset = found(store.datasets.get(config.datasetId), 'dataset', config.datasetId);
  const splits = draw(workplace, dataset, config);
  if (splits.problem) throw new UserError(splits.problem);
  const ids = (patches: readonly Patch[]) => patches.map((patch) => patch.id);
  store.runPatches.insertAll(runId, {
    train: ids(splits.train),
    val: ids(splits.val),
    test: ids(splits.test),
  });
}
