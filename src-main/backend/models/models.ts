import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from '../../base/atomicFile.ts';
import { UserError } from '../../base/errors.ts';
import type { ParsedInput } from '../../contract/requests.ts';
import { isUnderWay } from '../../contract/underWay.ts';
import type { Model } from '../../contract/values/model.ts';
import type { Pretraining } from '../../contract/values/pretraining.ts';
import type { Run } from '../../contract/values/run.ts';
import { publishModel } from '../announce.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';

export function getModel({ store }: Workplace, id: number): Model {
  return found(store.models.get(id), 'model', id);
}

export function renameModel(workplace: Workplace, id: number, name: string): Model {
  getModel(workplace, id);
  workplace.store.models.rename(id, name);
  publishModel(workplace, id);
  return getModel(workplace, id);
}

/** Copies a model's file to where the user wants it, whole or not at all. */
export async function exportModel(workplace: Workplace, input: ParsedInput<'models.export'>) {
  const model = getModel(workplace, input.id);
  if (input.format === 'safetensors' && !model.trainable)
    throw new UserError(
      `“${model.name}” was imported as ONNX; its weights cannot be written as safetensors.`,
    );
  if (input.format === 'onnx' && model.card.kind === 'backbone')
    throw new UserError(`“${model.name}” is a backbone without a head; it can be written as safetensors.`);
  const target = path.resolve(input.path);
  const source = workplace.files.modelFile(input.id, input.format);
  await writeAtomic(target, createReadStream(source) as AsyncIterable<Uint8Array>);
  return { path: target, bytes: (await stat(target)).size };
}

/** Everything whose lineage leads to this model, in words. */
function dependants({ store }: Workplace, id: number): string[] {
  const begun = ({ config: { init } }: Pick<Run | Pretraining, 'config'>) =>
    init.kind === 'model' && init.modelId === id;
  const runs = store.runs.list().filter(begun);
  const pretrainings = store.pretrainings.list().filter(begun);
  const known = new Set([...runs, ...pretrainings].map(({ modelId }) => modelId));
  const models = store.models.begunFrom(id).filter((model) => !known.has(model.id)); // whose run was deleted
  return [
    ...runs.map((run) => `the run “${run.name}”`),
    ...pretrainings.map((pretraining) => `the pre-training “${pretraining.name}”`),
    ...models.map((model) => `the model “${model.name}”`),
  ];
}

const listed = (names: readonly string[]): string => new Intl.ListFormat('en').format(names);

/** @throws UserError while something began from it, or uses it now */
export async function deleteModel(workplace: Workplace, id: number): Promise<void> {
  const { store, files, publish } = workplace;
  const { name } = getModel(workplace, id);
  const users = dependants(workplace, id);
  if (users.length > 0)
    throw new UserError(
      `“${name}” cannot be deleted, because ${listed(users)} began from it. Delete these first.`,
    );
  const active = store.predictions.ofModel(id).some(isUnderWay);
  if (active) throw new UserError(`“${name}” is classifying a slide. Cancel that first.`);
  store.models.remove(id);
  publish({ type: 'removed', entity: 'model', id });
  await rm(files.model(id), { recursive: true, force: true });
}
