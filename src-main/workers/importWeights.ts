import { UserError, explain, reasonOf } from '../base/errors.ts';
import type { ImportCheck, ModelCard } from '../contract/values/model.ts';
import { Architecture } from '../contract/values/run.ts';
import type { WorkerTask } from '../contract/worker.ts';
import { fitting } from '../engines/trainerState.ts';
import type { Graph } from '../graph/graph.ts';
import { listed } from '../models/listed.ts';
import { misfits } from '../models/misfits.ts';
import { publishedChecksum } from '../models/publishedChecksum.ts';
import { recogniseResnet } from '../models/recogniseResnet.ts';
import type { Tensors } from '../models/tensors.ts';
import { weightsHash } from '../models/tensorsHash.ts';
import { readWeightsFile } from '../models/weightsFile.ts';
import { cardIn } from '../training/cardIn.ts';
import { checkAnswer, KNOWN_ANSWER, knownAnswerIn, type KnownAnswer } from '../training/knownAnswer.ts';
import { modelAnswer, writeModelFiles } from '../training/modelFiles.ts';
import { networkOfCard } from '../training/networkOfCard.ts';
import { IMAGENET_MEAN, IMAGENET_STD } from '../training/normalisation.ts';
import { statementIn } from '../training/statement.ts';

/** The side that published ImageNet weights were trained and are measured at, in pixels. */
const IMAGENET_SIDE = 224;

/**
 * Takes in weights that a training can begin from: a model that Tessera wrote as safetensors, whole; of any other ResNet by
 * torchvision's names the backbone. Its network is run once; what it says is held against the file's known answer, where it has one.
 * Writes `model.safetensors` (and for a whole model `model.onnx`) into the folder.
 * @throws UserError naming the file and what does not fit
 */
export const importWeightsTask: WorkerTask<'importWeights'> = async ({ file, folder }) => {
  const { parameters, given, answer, by, prefix, statement } = await checked(file);
  const result = statement?.believable ? statement.result : null;
  const { card } = await writeModelFiles(folder, parameters, given, result, answer);
  return { card: { ...card, checked: { by, prefix }, ...(statement && { statement }) } };
};

/** What a file holds, once all that can be said about it was found right. */
async function checked(file: string) {
  try {
    const { tensors, prefix, metadata, sha256 } = await readWeightsFile(file);
    const published = checkPublished(file, sha256);
    const given = cardIn(metadata) ?? backboneCard(tensors);
    const parameters = parametersOf(given, tensors);
    checkContent(given, parameters);
    const known = knownAnswerIn(metadata[KNOWN_ANSWER]);
    const said = checkSaid(await modelAnswer(parameters, given, known?.side), given);
    if (known) checkAnswer(said, known);
    const by: ImportCheck['by'] = known ? 'known answer' : published ? 'published checksum' : 'trial';
    const statement = statementIn(metadata, given);
    return { parameters, given, answer: known ?? said, by, prefix, statement };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`The weights in ${file} cannot be used: ${reasonOf(error)}.`, explain(error).details);
  }
}

/**
 * Whether the file's name promises its content.
 * @throws UserError where it promises another one. Eight decimal digits may as well be a date, and then promise nothing.
 */
function checkPublished(file: string, sha256: string): boolean {
  const promised = publishedChecksum(file);
  if (promised === null || sha256.startsWith(promised)) return promised !== null;
  if (/^\d+$/.test(promised)) return false;
  throw new UserError(
    `its name promises a content whose SHA-256 begins with ${promised}, and that of its content begins with ${sha256.slice(0, 8)}; download it again (or rename it, where “-${promised}” in its name is no checksum)`,
  );
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

/** The tensors of the card's network, in its order. @throws UserError listing what does not fit */
function parametersOf(card: ModelCard, tensors: Tensors): Tensors {
  const { parameters } = networkDescribed(card);
  const problems = misfits(parameters, tensors);
  if (problems.length > 0)
    throw new UserError(
      `it looks like a ${card.architecture.replace('resnet', 'ResNet-')} (width ${card.width}), but does not fit: ${listed(problems, '; ')}`,
    );
  return new Map(fitting(tensors, parameters).map(({ name, tensor }) => [name, tensor]));
}

/** A card can describe what is not there, such as DeepLabV2 on a ResNet-50. */
function networkDescribed(card: ModelCard): Graph {
  try {
    return networkOfCard(card);
  } catch (error) {
    throw new UserError('it describes a network that Tessera does not have', reasonOf(error));
  }
}

/** @throws UserError where values are not finite, or not those that Tessera wrote */
function checkContent(card: ModelCard, parameters: Tensors): void {
  const broken = [...parameters].flatMap(([name, { data }]) => (data.every(Number.isFinite) ? [] : [name]));
  if (broken.length > 0)
    throw new UserError(`it holds numbers that are not finite, in ${listed(broken, ', ')}`);
  if (card.weightsHash !== undefined && card.weightsHash !== weightsHash(parameters))
    throw new UserError(
      'its weights are not those that Tessera wrote into it: it is damaged, or was changed; export or copy it again',
    );
}

/** @throws UserError where a network says nothing, or the same whatever it is asked */
function checkSaid(said: KnownAnswer | null, { kind }: ModelCard): KnownAnswer {
  if (said === null) throw new UserError('its network does not give finite numbers');
  if (kind === 'backbone' && said.values.every((value) => value === said.values[0]))
    throw new UserError('its network sees nothing: all its features are the same');
  return said;
}
