import { UserError } from '../../base/errors.ts';
import type { Dataset } from '../../contract/values/dataset.ts';
import type { RunConfig } from '../../contract/values/run.ts';
import { drawSplits, type SplitPatch, type Splits } from '../../data/splits.ts';
import type { Store } from '../../store/store.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';

/** The last draw of each store: most of what a user changes in a form changes nothing of it, and PCam takes a second. */
const lastDraws = new WeakMap<Store, { readonly key: string; readonly splits: Splits<SplitPatch> }>();

/** The patches that a run of this configuration trains, validates and tests on; nothing is stored. */
export function draw({ store }: Workplace, dataset: Dataset, config: RunConfig): Splits<SplitPatch> {
  const { perClass, validationPerClass, testFraction, groupBySlide, seed } = config;
  const options = {
    perClass,
    validationPerClass,
    testFraction,
    groupBySlide,
    seed,
    classes: dataset.classes.length,
    classNames: dataset.classes.map((each) => each.name),
  };
  const key = JSON.stringify([dataset.id, dataset.revision, dataset.status, dataset.patches, options]);
  const last = lastDraws.get(store);
  if (last?.key === key) return last.splits;
  const splits = drawSplits(store.patches.labelled(dataset.id), options);
  lastDraws.set(store, { key, splits });
  return splits;
}

/**
 * Stores a run's draw and the classes that it is of, once: they stay what they are, whatever becomes of the dataset.
 * @throws UserError when there are too few patches
 */
export function ensureDrawn(workplace: Workplace, runId: number): void {
  const { store } = workplace;
  if (store.runPatches.drawn(runId)) return;
  const { config } = found(store.runs.get(runId), 'run', runId);
  const dataset = found(store.datasets.get(config.datasetId), 'dataset', config.datasetId);
  const splits = draw(workplace, dataset, config);
  if (splits.problem) throw new UserError(splits.problem);
  store.runs.setClassNames(
    runId,
    dataset.classes.map(({ name }) => name),
  );
  const ids = (patches: readonly SplitPatch[]) => patches.map((patch) => patch.id);
  store.runPatches.insertAll(runId, {
    train: ids(splits.train),
    val: ids(splits.val),
    test: ids(splits.test),
  });
}
