import { readFile } from 'node:fs/promises';
import { explain, UserError, reasonOf } from '../base/errors.ts';
import type { ModelCard } from '../contract/values/model.ts';
import type { WorkerTask } from '../contract/worker.ts';
import { readMetadata } from '../engines/onnx/export.ts';
import { cardIn } from '../training/cardIn.ts';
import { answerOf, checkAnswer, KNOWN_ANSWER, knownAnswerIn } from '../training/knownAnswer.ts';
import { statementIn } from '../training/statement.ts';

/**
 * Reads the card that Tessera wrote into an ONNX file's metadata, and runs the network once: what it says is held against the file's
 * known answer, where it has one.
 * @throws UserError naming the file and what is wrong with it
 */
export const inspectModelTask: WorkerTask<'inspectModel'> = async ({ path }) => {
  const bytes = await bytesOf(path);
  const metadata = metadataOf(path, bytes);
  try {
    const said = Object.fromEntries(metadata);
    const card = cardIn(said);
    if (card === null)
      throw new UserError('it does not say what it classifies, so Tessera did not export it');
    const by = await checkNetwork(bytes, card, metadata.get(KNOWN_ANSWER));
    const statement = statementIn(said, card);
    return { card: { ...card, checked: { by, prefix: '' }, ...(statement && { statement }) } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`The model ${path} cannot be used: ${reasonOf(error)}.`, explain(error).details);
  }
};

async function checkNetwork(bytes: Uint8Array, card: ModelCard, known: string | undefined) {
  const answer = knownAnswerIn(known);
  const asked = { side: card.imageSize, outputs: card.classNames.length };
  const said = await answerOf(bytes, card, asked);
  if (said === null) throw new UserError('its network does not give finite numbers');
  if (answer === null) return 'trial' as const;
  checkAnswer(said, answer);
  return 'known answer' as const;
}

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
    throw new UserError(
      `${path} is not an ONNX file. Choose one that Tessera exported, or weights: .safetensors or .pth.`,
      reasonOf(error),
    );
  }
}
