import path from 'node:path';
import { writeAtomic } from '../base/atomicFile.ts';
import { RESEARCH_USE_ONLY } from '../contract/values/common.ts';
import type { HeldOutResult } from '../contract/values/heldOut.ts';
import type { ModelCard } from '../contract/values/model.ts';
import { inferenceModel } from '../engines/onnx/export.ts';
import { classCount } from '../graph/graph.ts';
import { encodeSafetensors } from '../models/safetensors.ts';
import type { Tensors } from '../models/tensors.ts';
import { weightsHash } from '../models/tensorsHash.ts';
import { cardMetadata } from './cardIn.ts';
import { answerOf, KNOWN_ANSWER, type KnownAnswer } from './knownAnswer.ts';
import { networkOfCard } from './networkOfCard.ts';
import { resultMetadata } from './statement.ts';

/**
 * A classifier is asked at its own size, the only one that its ONNX file takes. The others are asked at no more than this: their crops
 * can be so large that an answer would take seconds.
 */
const LARGEST_SIDE = 224;

/**
 * What the files say about themselves: `tessera` holds the whole card as JSON, the plain keys say the same to other
 * programs. `spacing_um_px` is that of the source patches (WSInfer's words) and missing where it is not known.
 */
function modelMetadata(
  card: ModelCard,
  answer: KnownAnswer | null,
  result: HeldOutResult | null,
): Record<string, string> {
  return {
    ...cardMetadata(card),
    class_names: JSON.stringify(card.classNames),
    patch_size: String(card.patchSize),
    ...(card.mpp === null ? {} : { spacing_um_px: String(card.mpp) }),
    image_size: String(card.imageSize),
    mean: JSON.stringify(card.mean),
    std: JSON.stringify(card.std),
    seed: String(card.seed),
    dataset: card.dataset,
    ...(answer && { [KNOWN_ANSWER]: JSON.stringify(answer) }),
    ...resultMetadata(result),
    research_use_only: RESEARCH_USE_ONLY,
  };
}

/** What the network of a card with these weights says about the test image; null: nothing finite. */
export async function modelAnswer(
  parameters: Tensors,
  card: ModelCard,
  side = card.kind === 'classifier' ? card.imageSize : Math.min(card.imageSize, LARGEST_SIDE),
): Promise<KnownAnswer | null> {
  const graph = networkOfCard({ ...card, imageSize: side });
  return answerOf(inferenceModel(graph, parameters, {}), card, { side, outputs: classCount(graph) });
}

export interface ModelFiles {
  /** The card as written, with the hash of the weights. */
  readonly card: ModelCard;
  readonly safetensors: string;
  readonly onnx: string;
}

/**
 * Writes `model.safetensors` and `model.onnx` atomically and returns their paths; of a backbone, which has no outputs that anyone could
 * use, only the first.
 * @param result how good the network was found to be; null: nobody knows
 * @param answer the network's known answer, where it is there already
 */
export async function writeModelFiles(
  folder: string,
  parameters: Tensors,
  card: ModelCard,
  result: HeldOutResult | null,
  answer?: KnownAnswer,
): Promise<ModelFiles> {
  const hashed = { ...card, weightsHash: weightsHash(parameters) };
  const metadata = modelMetadata(hashed, answer ?? (await modelAnswer(parameters, card)), result);
  const safetensors = path.join(folder, 'model.safetensors');
  const onnx = path.join(folder, 'model.onnx');
  await writeAtomic(safetensors, encodeSafetensors(parameters, metadata));
  if (card.kind !== 'backbone')
    await writeAtomic(onnx, inferenceModel(networkOfCard(card), parameters, metadata));
  return { card: hashed, safetensors, onnx };
}
