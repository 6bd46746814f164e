import { Random } from '../base/random.ts';
import { initialise } from '../graph/initialise.ts';
import type { Depth } from '../models/backbone.ts';
import { resnet } from '../models/resnet.ts';
import { createTrainer } from './createTrainer.ts';
import type { Device } from './engine.ts';

/** What is trained to see how fast a device is. A tiny network would flatter the processor. */
export interface SpeedNetwork {
  readonly depth: Depth;
  readonly width: number;
  readonly imageSize: number;
  readonly batchSize: number;
}

/** Steps before the clock counts: kernels are compiled and buffers allocated in them. */
const WARM_UP = 1;
const STEPS = 2;
const SECONDS = 1;

/** Images per second while training, by the fastest step: whatever else the computer does only makes steps slower. */
export async function trainingSpeed(device: Device, network: SpeedNetwork): Promise<number> {
  const { batchSize, imageSize } = network;
  const graph = resnet({ ...network, classes: 8 });
  const random = Random.from(1, 'training-speed');
  const images = Float32Array.from({ length: batchSize * 3 * imageSize ** 2 }, () => random.normal());
  const targets = Int32Array.from({ length: batchSize }, () => random.integer(8));
  const parameters = initialise(graph, random);
  const optimizer = { kind: 'adam', weightDecay: 0 } as const;
  const trainer = await createTrainer({ graph, parameters, optimizer, batchSize, device });
  try {
    for (let i = 0; i < WARM_UP; i++) await trainer.step({ images, targets }, 1e-3);
    const begun = performance.now();
    const seconds: number[] = [];
    while (seconds.length < STEPS || performance.now() - begun < SECONDS * 1000) {
      const start = performance.now();
      await trainer.step({ images, targets }, 1e-3);
      seconds.push((performance.now() - start) / 1000);
    }
    return batchSize / Math.min(...seconds);
  } finally {
    await trainer.dispose();
  }
}
