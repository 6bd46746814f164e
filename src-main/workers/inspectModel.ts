import { readFile } from 'node:fs/promises';
import { UserError, reasonOf } from '../base/errors.ts';
import { ModelCard } from '../contract/values/model.ts';
import type { WorkerTask } from '../contract/worker.ts';
import { readMetadata } from '../engines/onnx/export.ts';

/** Reads the card that Tessera wrote into an ONNX file's metadata. @throws UserError when the file has none */
export const inspectModelTask: WorkerTask<'inspectModel'> = async ({ path }) => {
  const text = metadataOf(path, await bytesOf(path)).get('tessera');
  if (text === undefined)
    throw new UserError(
      `${path} is an ONNX file, but not one that Tessera exported: it does not say what it classifies.`,
    );
  const card = ModelCard.safeParse(JSON.parse(text));
  if (!card.success)
    throw new UserError(
      `${path} describes itself in a way that this version of Tessera does not read.`,
      card.error.message,
    );
  return { card: card.data };
};

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UserError(`The model file ${path} could not be read: ${reasonOf(error)}.`);
  }
}

function metadataOf(path: string, bytes: Uint8Array): ReadonlyMap<string, string> {
  try {
    return readMetadata(bytes);
  } catch (error) {
    throw new UserError(`${path} is not an ONNX file. Choose one that Tessera exported.`, reasonOf(error));
  }
}
