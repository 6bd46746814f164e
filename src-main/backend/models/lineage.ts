import path from 'node:path';
import type { Model } from '../../contract/values/model.ts';
import type { Initialisation } from '../../contract/values/run.ts';
import type { Workplace } from '../session.ts';

/** A training that makes a model. */
interface Training {
  readonly what: 'training' | 'segmentation pre-training' | 'multi-label pre-training';
  readonly name: string;
  readonly datasetName: string;
  readonly config: { readonly seed: number; readonly init: Initialisation };
}

/** Where a training's model comes from in words, the newest step first: for its files, which leave the workspace. */
export function lineageWords({ store }: Workplace, { what, name, datasetName, config }: Training): string[] {
  const { init, seed } = config;
  const title = what === 'training' && init.kind === 'model' ? 'fine-tuning' : what;
  const own = `${title} on ${datasetName} (“${name}”, seed ${seed})`;
  if (init.kind === 'random') return [own, 'random weights'];
  const before = store.models.get(init.modelId);
  return [own, ...(before ? ancestors(before) : ['a model that was deleted'])];
}

/** An import's own file does not know of itself. */
function ancestors({ name, source, card }: Model): readonly string[] {
  if (card.lineage) return card.lineage;
  return [source === null ? `“${name}”` : `imported weights (${path.basename(source)})`];
}
