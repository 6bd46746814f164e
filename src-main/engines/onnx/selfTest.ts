import { Random } from '../../base/random.ts';
import { initialise } from '../../graph/initialise.ts';
import { resnet } from '../../models/resnet.ts';
import type { DeviceKind } from './device.ts';
import { createTrainer } from './trainer.ts';

const BATCH = 2;
const SIDE = 32;

/** Differences that float32 sums in another order make in this network are a hundred times smaller. */
const TOLERANCE = 1e-3;

/**
 * Trains a tiny residual network for two steps on the device and on the CPU and compares what came out.
 * @returns null where they agree; otherwise how far they are apart
 * @throws what opening the device threw
 */
export async function selfTest(device: DeviceKind): Promise<string | null> {
  const [expected, actual] = [await outcome('cpu'), await outcome(device)];
  const worst = Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN))));
  return worst <= TOLERANCE ? null : `its results differ from the processor's by ${worst.toPrecision(2)}`;
}

/** Losses of two steps, then logits in evaluation mode. */
async function outcome(device: DeviceKind): Promise<number[]> {
  const graph = resnet({ depth: 18, width: 4, stages: 2, classes: 3, imageSize: SIDE });
  const random = Random.from(1, 'self-test');
  const images = Float32Array.from({ length: BATCH * 3 * SIDE * SIDE }, () => random.normal());
  const trainer = await createTrainer({
    graph,
    parameters: initialise(graph, random),
    optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 0 },
    batchSize: BATCH,
    device,
  });
  try {
    const batch = { images, targets: Int32Array.of(0, 2) };
    const losses = [await trainer.step(batch, 0.01), await trainer.step(batch, 0.01)].map(({ loss }) => loss);
    return [...losses, ...(await trainer.evaluate(images, BATCH))];
  } finally {
    await trainer.dispose();
  }
}
