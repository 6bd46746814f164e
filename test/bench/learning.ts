/**
 * Whether networks learn here as they do in PyTorch: a narrow ResNet-18 on a handful of real patches, without augmentation, ten seeds
 * on each side. A seed decides the subset and the order of the patches, the same for both sides; the initial weights are
 * drawn anew on each side from the same distributions.
 *
 *   TESSERA_TEST_DATA=<folder with crc5> node test/bench/learning.ts
 *
 * Prints each accuracy, both means ± sample standard deviations, and whether they differ by more than chance. Needs python3 with torch.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '../../src-main/base/random.ts';
import { createPatchLoader } from '../../src-main/data/patchLoader.ts';
import { createTrainer } from '../../src-main/engines/createTrainer.ts';
import { initialise } from '../../src-main/graph/initialise.ts';
import { resnet } from '../../src-main/models/resnet.ts';
import { IMAGENET_MEAN, IMAGENET_STD } from '../../src-main/training/normalisation.ts';
import { learningRate } from '../../src-main/training/schedules.ts';
import { processJson } from '../../src-main/workers/bench/processJson.ts';
import { compareMeans, meanAndDeviation } from './compareMeans.ts';

const SEEDS = 10;
const PER_CLASS = 25;
const EPOCHS = 20;
const IMAGE_SIZE = 64;
const WIDTH = 16;
const BATCH_SIZE = 25;
const BASE_RATE = 1e-3;

interface Split {
  /** [patches, 3, IMAGE_SIZE, IMAGE_SIZE], normalised. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

const data = process.env.TESSERA_TEST_DATA;
if (data === undefined) throw new Error('Set TESSERA_TEST_DATA to the folder that holds crc5.');
const classes = readdirSync(path.join(data, 'crc5', 'train')).sort();
const [train, test] = [await loadSplit('train'), await loadSplit('test')];
const imageValues = 3 * IMAGE_SIZE ** 2;
/** Of each seed: the indices of each step's patches. */
const orders = Array.from({ length: SEEDS }, (_, seed) => drawOrder(Random.from(seed, 'learning')));
const rates = orders[0]?.map((_, step, steps) =>
  learningRate(BASE_RATE, { kind: 'poly', power: 0.9 }, step, steps.length),
);

const ours: number[] = [];
for (const [seed, order] of orders.entries()) {
  ours.push(await accuracyHere(seed, order));
  process.stderr.write(`Tessera, seed ${seed + 1} of ${SEEDS}: ${ours.at(-1)?.toFixed(4)}\n`);
}
const theirs = await accuraciesThere();
for (const [name, values] of Object.entries({ Tessera: ours, PyTorch: theirs })) {
  const { mean, deviation } = meanAndDeviation(values);
  const all = values.map((value) => (100 * value).toFixed(1)).join(' ');
  process.stdout.write(
    `${name}: ${(100 * mean).toFixed(2)} ± ${(100 * deviation).toFixed(2)} % (n = ${SEEDS}): ${all}\n`,
  );
}
const { difference, standardError, agree } = compareMeans(ours, theirs);
process.stdout.write(
  `difference ${(100 * difference).toFixed(2)} points, standard error ${(100 * standardError).toFixed(2)}: ` +
    `${agree ? 'agree within seed noise' : 'DIFFER by more than seed noise'}\n`,
);
process.exitCode = agree ? 0 : 1;

async function loadSplit(split: 'train' | 'test'): Promise<Split> {
  const files = classes.flatMap((name, label) => {
    const folder = path.join(data ?? '', 'crc5', split, name);
    return readdirSync(folder)
      .sort()
      .map((file) => ({ label, path: path.join(folder, file) }));
  });
  const settings = { imageSize: IMAGE_SIZE, mean: IMAGENET_MEAN, std: IMAGENET_STD, cacheBytes: 0 };
  const loader = createPatchLoader({ ...settings, threads: availableParallelism() });
  const images = await loader.load({ paths: files.map((file) => file.path), augment: null });
  await loader.dispose();
  return { images, labels: Int32Array.from(files, ({ label }) => label) };
}

/** A subset with as many patches of each class, in a new order in each epoch, cut into whole batches. */
function drawOrder(random: Random): number[][] {
  const subset = classes.flatMap((_, label) => {
    const ofClass = [...train.labels.keys()].filter((i) => train.labels[i] === label);
    return random.shuffled(ofClass).slice(0, PER_CLASS);
  });
  return Array.from({ length: EPOCHS }, () => random.shuffled(subset)).flatMap((epoch) =>
    Array.from({ length: Math.floor(epoch.length / BATCH_SIZE) }, (_, i) =>
      epoch.slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE),
    ),
  );
}

/** Of the last weights, on the test patches. */
async function accuracyHere(seed: number, order: readonly (readonly number[])[]): Promise<number> {
  const graph = resnet({ depth: 18, width: WIDTH, imageSize: IMAGE_SIZE, classes: classes.length });
  const trainer = await createTrainer({
    graph,
    parameters: initialise(graph, Random.from(seed, 'weights')),
    optimizer: { kind: 'adam', weightDecay: 0 },
    batchSize: BATCH_SIZE,
    device: 'cpu',
  });
  for (const [step, indices] of order.entries()) {
    const images = new Float32Array(BATCH_SIZE * imageValues);
    for (const [i, index] of indices.entries())
      images.set(train.images.subarray(index * imageValues, (index + 1) * imageValues), i * imageValues);
    const targets = Int32Array.from(indices, (index) => train.labels[index] ?? 0);
    await trainer.step({ images, targets }, rates?.[step] ?? 0);
  }
  const logits = await trainer.evaluate(test.images, test.labels.length);
  await trainer.dispose();
  const hits = [...test.labels].filter((label, i) => {
    const row = logits.subarray(i * classes.length, (i + 1) * classes.length);
    return row.indexOf(Math.max(...row)) === label;
  });
  return hits.length / test.labels.length;
}

async function accuraciesThere(): Promise<number[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tessera-learning-'));
  try {
    for (const [name, { images, labels }] of Object.entries({ train, test })) {
      writeFileSync(path.join(folder, `${name}.images`), images);
      writeFileSync(path.join(folder, `${name}.labels`), labels);
    }
    const settings = { orders, rates, imageSize: IMAGE_SIZE, width: WIDTH, classes: classes.length };
    writeFileSync(path.join(folder, 'settings.json'), JSON.stringify(settings));
    const peer = path.join(import.meta.dirname, 'learning_peer.py');
    const outcome = await processJson('python3', [peer, folder], new AbortController().signal);
    if ('json' in outcome) return outcome.json as number[];
    throw new Error('failed' in outcome ? outcome.failed : 'python3 with torch is not installed.');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
