import { createReadStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { writeAtomic } from '../../base/atomicFile.ts';
import { UserError, reasonOf } from '../../base/errors.ts';
import type { ParsedInput } from '../../contract/requests.ts';
import type { Model, ModelCard } from '../../contract/values/model.ts';
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

/** What holds weights to begin from, rather than a network to run. */
const WEIGHTS = /\.(safetensors|pth|pt)$/i;

/** Takes in a model file (see the request); the same file twice is one model. */
export async function importModel(workplace: Workplace, file: string): Promise<Model> {
  const { store, files } = workplace;
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new UserError(`The model file ${file} could not be read: ${reasonOf(error)}.`);
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const known = store.models.bySha256(sha256);
  if (known) return known;
  if (WEIGHTS.test(file)) return importWeights(workplace, file, sha256);
  const card = await inspect(workplace, file);
  if (card.kind !== 'classifier')
    throw new UserError(
      `${file} is no classifier. To begin from its weights, import the safetensors file of the same model.`,
    );
  const id = store.models.announce(path.parse(file).name, { source: file, trainable: false });
  await writeAtomic(files.modelFile(id, 'onnx'), bytes);
  store.models.finish(id, { card, bytes: bytes.length, testAccuracy: null, testN: null, sha256 });
  publishModel(workplace, id);
  return getModel(workplace, id);
}

/** Weights to begin from, read in a process of their own. */
async function importWeights(workplace: Workplace, file: string, sha256: string): Promise<Model> {
  const { store, files, host } = workplace;
  const id = store.models.announce(path.parse(file).name, { source: file, trainable: true });
  const folder = files.model(id);
  const worker = host.start('importWeights', { file, folder }, { progress: () => {}, event: () => {} });
  const outcome = await worker.outcome;
  if (outcome.type === 'done') {
    const { size } = await stat(files.modelFile(id, 'safetensors'));
    const { card } = outcome.result;
    store.models.finish(id, { card, bytes: size, testAccuracy: null, testN: null, sha256 });
    publishModel(workplace, id);
    return getModel(workplace, id);
  }
  store.models.remove(id);
  await rm(folder, { recursive: true, force: true });
  if (outcome.type === 'failed') throw new UserError(outcome.message, outcome.details);
  throw new UserError(`Reading ${file} was stopped.`);
}

/** In a process of its own: an ONNX file from elsewhere is not to be trusted with the backend. */
async function inspect({ host }: Workplace, file: string): Promise<ModelCard> {
  const worker = host.start('inspectModel', { path: file }, { progress: () => {}, event: () => {} });
  const outcome = await worker.outcome;
  if (outcome.type === 'done') return outcome.result.card;
  if (outcome.type === 'failed') throw new UserError(outcome.message, outcome.details);
  throw new UserError(`Reading ${file} was stopped.`);
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
  const active = store.predictions
    .ofModel(id)
    .some(({ status }) => status === 'queued' || status === 'running');
  if (active) throw new UserError(`“${name}” is classifying a slide. Cancel that first.`);
  store.models.remove(id);
  publish({ type: 'removed', entity: 'model', id });
  await rm(files.model(id), { recursive: true, force: true });
}
