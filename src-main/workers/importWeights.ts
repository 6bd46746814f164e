import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from '../base/atomicFile.ts';
import { Random } from '../base/random.ts';
import { UserError, explain, reasonOf } from '../base/errors.ts';
import { ModelCard } from '../contract/values/model.ts';
import { Architecture } from '../contract/values/run.ts';
import type { WorkerTask } from '../contract/worker.ts';
import { initialise } from '../graph/initialise.ts';
import { carryOver } from '../models/carryOver.ts';
import { isHead } from '../models/heads.ts';
import { recogniseResnet } from '../models/recogniseResnet.ts';
import { decodeSafetensors, encodeSafetensors } from '../models/safetensors.ts';
import type { Tensors } from '../models/tensors.ts';
import { readWeights } from '../models/weightsFile.ts';
import { modelMetadata, writeModelFiles } from '../training/modelFiles.ts';
import { networkOfCard } from '../training/networkOfCard.ts';
import { IMAGENET_MEAN, IMAGENET_STD } from '../training/normalisation.ts';

/** The side that published ImageNet weights were trained and are measured at, in pixels. */
const IMAGENET_SIDE = 224;

/**
 * Takes in weights that a training can begin from: a model that Tessera wrote as safetensors, whole; of any other ResNet by
 * torchvision's names the backbone. Writes `model.safetensors` (and for a whole model `model.onnx`) into the folder.
 * @throws UserError naming the file and what does not fit
 */
export const importWeightsTask: WorkerTask<'importWeights'> = async ({ file, folder }) => {
  try {
    const tensors = await readWeights(file);
    const own = await cardIn(file);
    const card = own ?? backboneCard(tensors);
    const graph = networkOfCard(card);
    const fresh = initialise(graph, Random.from(0, 'weights'));
    carryOver(fresh, tensors);
    if (own && own.kind !== 'backbone') {
      checkHead(fresh, tensors);
      await writeModelFiles(folder, graph, tensors, card);
    } else {
      const backbone = new Map([...tensors].filter(([name]) => fresh.has(name) && !isHead(name)));
      const bytes = encodeSafetensors(backbone, modelMetadata(card));
      await writeAtomic(path.join(folder, 'model.safetensors'), bytes);
    }
    return { card };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`The weights in ${file} cannot be used: ${reasonOf(error)}.`, explain(error).details);
  }
};

/** The card that Tessera writes into its safetensors files; null in a file from elsewhere. */
async function cardIn(file: string): Promise<ModelCard | null> {
  if (path.extname(file).toLowerCase() !== '.safetensors') return null;
  const text = decodeSafetensors(await readFile(file)).metadata['tessera'];
  if (text === undefined) return null;
  const card = ModelCard.safeParse(JSON.parse(text));
  if (card.success) return card.data;
  throw new UserError('another version of Tessera wrote it', card.error.message);
}

function backboneCard(tensors: Tensors): ModelCard {
  const { depth, width } = recogniseResnet(tensors);
  return {
    kind: 'backbone',
    architecture: Architecture.parse(`resnet${depth}`),
    width,
    classNames: [],
    imageSize: IMAGENET_SIDE,
    patchSize: IMAGENET_SIDE,
    mpp: null,
    mean: [...IMAGENET_MEAN],
    std: [...IMAGENET_STD],
    synthetic: false,
    dataset: 'not known (imported weights)',
    seed: 0,
  };
}

function checkHead(fresh: Tensors, tensors: Tensors): void {
  for (const [name, { shape }] of fresh) {
    const given = tensors.get(name)?.shape;
    if (given?.join() !== shape.join())
      throw new UserError(
        `${name} is ${given ? `[${given.join(', ')}]` : 'missing'} instead of [${shape.join(', ')}]`,
      );
  }
}
