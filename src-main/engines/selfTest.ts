import { Random } from '../base/random.ts';
import { targetFormat } from '../graph/losses/targets.ts';
import { initialise } from '../graph/initialise.ts';
import { elements } from '../graph/shape.ts';
import { resnet } from '../models/resnet.ts';
import { createTrainer } from './createTrainer.ts';
import type { Device } from './engine.ts';
import { tinySegmenter } from './tinySegmenter.ts';

const BATCH = 2;
const CLASSES = 3;

/** Between them they have the operations of ResNet and DeepLab, but tiny. */
const NETWORKS = {
  classification: resnet({ depth: 18, width: 4, stages: 2, classes: CLASSES, imageSize: 32 }),
  segmentation: tinySegmenter(CLASSES),
} as const;

type Task = keyof typeof NETWORKS;

/** Relative to the largest value. Float32 sums in another order differ a hundred times less in these networks. */
const TOLERANCE = 1e-3;

/**
 * Trains tiny networks for two steps on the device and on the CPU and compares what came out.
 * @param create opens the engine; another one for tests
 * @returns null where they agree; otherwise which one differs, and how far
 * @throws what opening the device threw
 */
export async function selfTest(device: Device, create = createTrainer): Promise<string | null> {
  for (const task of Object.keys(NETWORKS) as Task[]) {
    const [expected, actual] = [await outcome(task, 'cpu', create), await outcome(task, device, create)];
    const worst = Math.max(...expected.map((values, i) => deviation(values, actual[i] ?? [])));
    if (!(worst <= TOLERANCE))
      return `its results in ${task} differ from the processor’s by ${(100 * worst).toPrecision(2)} %`;
  }
  return null;
}

/** The largest difference, relative to the largest value; NaN where one is no number. */
function deviation(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  const values = Array.from(expected);
  const differences = values.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN)));
  return Math.max(...differences) / Math.max(...values.map(Math.abs));
}

/** Losses of two steps; logits in evaluation mode. */
async function outcome(
  task: Task,
  device: Device,
  create: typeof createTrainer,
): Promise<ArrayLike<number>[]> {
  const graph = NETWORKS[task];
  const random = Random.from(1, 'self-test');
  const images = Float32Array.from({ length: BATCH * elements(graph.input) }, () => random.normal());
  const targets = Int32Array.from({ length: BATCH * elements(targetFormat(graph).shape) }, () =>
    random.integer(CLASSES),
  );
  const optimizer = { kind: 'sgd', momentum: 0.9, weightDecay: 0 } as const;
  const parameters = initialise(graph, random);
  const trainer = await create({ graph, parameters, optimizer, batchSize: BATCH, device });
  try {
    const batch = { images, targets };
    const losses = [await trainer.step(batch, 0.01), await trainer.step(batch, 0.01)].map(({ loss }) => loss);
    return [losses, await trainer.evaluate(images, BATCH)];
  } finally {
    await trainer.dispose();
  }
}
