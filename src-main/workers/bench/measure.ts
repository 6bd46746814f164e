import { Random } from '../../base/random.ts';
import { createClassifier } from '../../engines/onnx/classifier.ts';
import { inferenceModel } from '../../engines/onnx/export.ts';
import { createTrainer } from '../../engines/onnx/trainer.ts';
import { initialise } from '../../graph/initialise.ts';
import { resnet } from '../../models/resnet.ts';
import { MEASURED, WARM_UP, type Measurement, type Work } from './measurement.ts';

/*
 * A process of its own, so that its peak memory is the engine's alone: measure.ts <work> <device> <seconds> runs steps for
 * that long and prints a Measurement as one line of JSON.
 */

const [work, device, seconds] = process.argv.slice(2) as [Work, 'cpu' | 'webgpu', string];
const { batchSize, imageSize } = MEASURED;
const graph = resnet(MEASURED);
const random = Random.from(1, 'bench');
const parameters = initialise(graph, random);
const images = Float32Array.from({ length: batchSize * 3 * imageSize ** 2 }, () => random.normal());
const targets = Int32Array.from({ length: batchSize }, () => random.integer(MEASURED.classes));

async function training(): Promise<() => Promise<unknown>> {
  const optimizer = { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 } as const;
  const trainer = await createTrainer({ graph, parameters, optimizer, batchSize, device });
  return () => trainer.step({ images, targets }, 1e-3);
}

async function inference(): Promise<() => Promise<unknown>> {
  const classifier = await createClassifier({ model: inferenceModel(graph, parameters, {}), device });
  return () => classifier.logits(images, batchSize);
}

const step = await (work === 'training' ? training() : inference());
for (let i = 0; i < WARM_UP; i++) await step();
const milliseconds: number[] = [];
const end = performance.now() + Number(seconds) * 1000;
do {
  const start = performance.now();
  await step();
  milliseconds.push(performance.now() - start);
} while (performance.now() < end);
const measurement: Measurement = { milliseconds, peakMemoryMB: process.resourceUsage().maxRSS / 1024 };
process.stdout.write(`${JSON.stringify(measurement)}\n`);
