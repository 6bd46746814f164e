import path from 'node:path';
import { writeAtomic } from '../base/atomicFile.ts';
import { RESEARCH_USE_ONLY } from '../contract/values/common.ts';
import type { ModelCard } from '../contract/values/model.ts';
import { inferenceModel } from '../engines/onnx/export.ts';
import type { Graph } from '../graph/graph.ts';
import { encodeSafetensors } from '../models/safetensors.ts';
import type { Tensors } from '../models/tensors.ts';

/**
 * What the files say about themselves: `tessera` holds the whole card as JSON, the plain keys say the same to other
 * programs. `spacing_um_px` is that of the source patches (WSInfer's words) and missing where it is not known.
 */
export function modelMetadata(card: ModelCard): Record<string, string> {
  return {
    tessera: JSON.stringify(card),
    class_names: JSON.stringify(card.classNames),
    patch_size: String(card.patchSize),
    ...(card.mpp === null ? {} : { spacing_um_px: String(card.mpp) }),
    image_size: String(card.imageSize),
    mean: JSON.stringify(card.mean),
    std: JSON.stringify(card.std),
    seed: String(card.seed),
    dataset: card.dataset,
    research_use_only: RESEARCH_USE_ONLY,
  };
}

/** Writes `model.safetensors` and `model.onnx` atomically and returns their paths. */
export async function writeModelFiles(
  folder: string,
  graph: Graph,
  parameters: Tensors,
  card: ModelCard,
): Promise<{ safetensors: string; onnx: string }> {
  const metadata = modelMetadata(card);
  const safetensors = path.join(folder, 'model.safetensors');
  const onnx = path.join(folder, 'model.onnx');
  await writeAtomic(safetensors, encodeSafetensors(parameters, metadata));
  await writeAtomic(onnx, inferenceModel(graph, parameters, metadata));
  return { safetensors, onnx };
}
