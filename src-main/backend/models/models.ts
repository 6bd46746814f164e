import { createReadStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { writeAtomic } from '../../base/atomicFile.ts';
import { UserError, reasonOf } from '../../base/errors.ts';
import type { ParsedInput } from '../../contract/requests.ts';
import type { Model, ModelCard } from '../../contract/values/model.ts';
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
  const target = path.resolve(input.path);
  const source = workplace.files.modelFile(input.id, input.format);
  await writeAtomic(target, createReadStream(source) as AsyncIterable<Uint8Array>);
  return { path: target, bytes: (await stat(target)).size };
}

/** Takes in an ONNX file that Tessera exported; the same file twice is one model. */
export async function importModel(workplace: Workplace, file: string): Promise<Model> {
  const { store, files } = workplace;
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new UserError(`The model file ${file} could not be read: ${reasonOf(error)}.`);
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const known = store.models.bySha256(sha256);
  if (known) return known;
  const card = await inspect(workplace, file);
  const id = store.models.announce(path.parse(file).name, null);
  await writeAtomic(files.modelFile(id, 'onnx'), bytes);
  store.models.finish(id, { card, bytes: bytes.length, testAccuracy: null, testN: null, sha256 });
  publishModel(workplace, id);
  return getModel(workplace, id);
}

/** In a process of its own: an ONNX file from elsewhere is not to be trusted with the backend. */
async function inspect({ host }: Workplace, file: string): Promise<ModelCard> {
  const worker = host.start('inspectModel', { path: file }, { progress: () => {}, event: () => {} });
  const outcome = await worker.outcome;
  if (outcome.type === 'done') return outcome.result.card;
  if (outcome.type === 'failed') throw new UserError(outcome.message, outcome.details);
  throw new UserError(`Reading ${file} was stopped.`);
}

/** @throws UserError while something that is not finished needs it */
export async function deleteModel(workplace: Workplace, id: number): Promise<void> {
  const { store, files, publish } = workplace;
  const { name } = getModel(workplace, id);
  const run = store.runs
    .list()
    .find(
      ({ config: { init }, status }) => init.kind === 'model' && init.modelId === id && status !== 'done',
    );
  if (run)
    throw new UserError(`“${name}” is where the unfinished run “${run.name}” begins. Delete that run first.`);
  const active = store.predictions
    .ofModel(id)
    .some(({ status }) => status === 'queued' || status === 'running');
  if (active) throw new UserError(`“${name}” is classifying a slide. Cancel that first.`);
  store.models.remove(id);
  publish({ type: 'removed', entity: 'model', id });
  await rm(files.model(id), { recursive: true, force: true });
}
