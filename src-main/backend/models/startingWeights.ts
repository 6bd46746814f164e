import { UserError } from '../../base/errors.ts';
import type { Architecture, Initialisation } from '../../contract/values/run.ts';
import { networkName } from '../runs/words.ts';
import type { Workplace } from '../session.ts';

/** A training's network and what it begins from. */
interface Start {
  readonly init: Initialisation;
  readonly architecture: Architecture;
  readonly width: number;
}

/** Why a training cannot begin from what it names, as a sentence; null where it can. */
export function startProblem({ store }: Workplace, start: Start): string | null {
  if (start.init.kind === 'random') return null;
  const model = store.models.get(start.init.modelId);
  if (!model) return 'The model to begin from is gone. Choose another one.';
  if (!model.trainable) return `“${model.name}” was imported as ONNX and cannot be trained further.`;
  const { architecture, width } = model.card;
  if (architecture === start.architecture && width === start.width) return null;
  return `“${model.name}” is a ${networkName(model.card)} and cannot be carried over into a ${networkName(start)}. Choose the same network, or other weights to begin from.`;
}

/** The safetensors file of a training's first weights; null: random ones. @throws UserError when it cannot begin from there */
export function startFile(workplace: Workplace, start: Start): string | null {
  if (start.init.kind === 'random') return null;
  const problem = startProblem(workplace, start);
  if (problem !== null) throw new UserError(problem);
  return workplace.files.modelFile(start.init.modelId, 'safetensors');
}

/** The model that a training begins from. */
export const startModelId = ({ init }: Pick<Start, 'init'>): number | null =>
  init.kind === 'model' ? init.modelId : null;
