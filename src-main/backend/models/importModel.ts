import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeAtomic } from '../../base/atomicFile.ts';
import { UserError, reasonOf } from '../../base/errors.ts';
import type { Model, ModelCard } from '../../contract/values/model.ts';
import type { WorkerKind, WorkerResult, WorkerSpec } from '../../contract/worker.ts';
import { publishModel } from '../announce.ts';
import { runTask } from '../runTask.ts';
import type { Workplace } from '../session.ts';
import { getModel } from './models.ts';

/** What holds weights to begin from, rather than a network to run. */
const WEIGHTS = /\.(safetensors|pth|pt|pth\.tar)$/i;

/** Reading and trying a file takes seconds; a network that is made to run for ever is stopped after this many milliseconds. */
const LONGEST = 5 * 60_000;

/** Takes in a model file (see the request); the same file twice is one model, and so are the files of one model. */
export async function importModel(workplace: Workplace, file: string): Promise<Model> {
  const sha256 = await hashOf(file);
  const known = workplace.store.models.bySha256(sha256);
  if (known) return known;
  return WEIGHTS.test(file) ? importWeights(workplace, file, sha256) : importOnnx(workplace, file, sha256);
}

/** The file's name without its ending, or endings. */
const nameOf = (file: string): string => path.parse(path.basename(file).replace(/\.tar$/i, '')).name;

async function importOnnx(workplace: Workplace, file: string, sha256: string): Promise<Model> {
  const { store, files } = workplace;
  const { card } = await readIn(workplace, 'inspectModel', { path: file }, file);
  if (card.kind !== 'classifier')
    throw new UserError(
      `${file} is no classifier. To begin from its weights, import the safetensors file of the same model.`,
    );
  const known = sameWeights(workplace, card);
  if (known) return known;
  return announced(workplace, { source: file, trainable: false }, async (id) => {
    const copy = files.modelFile(id, 'onnx');
    await writeAtomic(copy, createReadStream(file) as AsyncIterable<Uint8Array>);
    const { size } = await stat(copy);
    store.models.finish(id, { card, bytes: size, testAccuracy: null, testN: null, sha256 });
    return id;
  });
}

async function importWeights(workplace: Workplace, file: string, sha256: string): Promise<Model> {
  const { store, files } = workplace;
  return announced(workplace, { source: file, trainable: true }, async (id) => {
    const written = files.modelFile(id, 'safetensors');
    const { card } = await readIn(workplace, 'importWeights', { file, folder: files.model(id) }, file);
    const known = sameWeights(workplace, card);
    if (known) {
      if (!known.trainable) await addWeights(workplace, known.id, written);
      return known.id;
    }
    const { size } = await stat(written);
    store.models.finish(id, { card, bytes: size, testAccuracy: null, testN: null, sha256 });
    return id;
  });
}

/**
 * Announces a model for `work` to finish, or to find that it is another one that is here already, whose id it gives. Nothing of the new
 * one stays then, nor where the work fails.
 */
async function announced(
  workplace: Workplace,
  origin: { readonly source: string; readonly trainable: boolean },
  work: (id: number) => Promise<number>,
): Promise<Model> {
  const { store, files } = workplace;
  const id = store.models.announce(nameOf(origin.source), origin);
  let kept: number | null = null;
  try {
    kept = await work(id);
  } finally {
    if (kept !== id) {
      store.models.remove(id);
      await rm(files.model(id), { recursive: true, force: true });
    }
  }
  publishModel(workplace, kept);
  return getModel(workplace, kept);
}

/** A model that was imported as ONNX gets the weights of the same model, and can be trained further from now on. */
async function addWeights(workplace: Workplace, id: number, safetensors: string): Promise<void> {
  const { store, files } = workplace;
  await mkdir(files.model(id), { recursive: true });
  await rename(safetensors, files.modelFile(id, 'safetensors'));
  store.models.setTrainable(id);
}

/** The model of the workspace that has these weights and outputs. */
function sameWeights({ store }: Workplace, card: ModelCard): Model | null {
  if (card.weightsHash === undefined) return null;
  const content = ({ weightsHash, kind, classNames }: ModelCard) =>
    JSON.stringify([weightsHash, kind, classNames]);
  return store.models.list().find((model) => content(model.card) === content(card)) ?? null;
}

/** Reads a file in a process of its own: what comes from elsewhere is not to be trusted with the backend. */
function readIn<K extends WorkerKind>(
  { host }: Workplace,
  kind: K,
  spec: WorkerSpec<K>,
  file: string,
): Promise<WorkerResult<K>> {
  const stopped = `Reading ${file} took longer than ${LONGEST / 60_000} minutes and was stopped.`;
  return runTask(host, kind, spec, { stopped, after: LONGEST });
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  const unreadable = (error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = missing
      ? 'there is no such file. Check the path, and that the drive is connected'
      : reasonOf(error);
    throw new UserError(`The model file ${file} could not be read: ${reason}.`);
  };
  // A pipe that nobody writes to, or a device without an end, would be read for ever.
  if (!(await stat(file).catch(unreadable)).isFile())
    throw new UserError(`${file} is not a file. Choose a model: .onnx, .safetensors or .pth.`);
  await pipeline(createReadStream(file), hash).catch(unreadable);
  return hash.digest('hex');
}
