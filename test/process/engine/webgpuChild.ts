import { Random } from '../../../src-main/base/random.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { resnet } from '../../../src-main/models/resnet.ts';
import { OnnxGraph } from '../../../src-main/engines/onnx/onnxGraph.ts';
import { openSession } from '../../../src-main/engines/onnx/session.ts';
import { createClassifier } from '../../../src-main/engines/onnx/classifier.ts';
import { inferenceModel } from '../../../src-main/engines/onnx/export.ts';
import { createTrainer } from '../../../src-main/engines/onnx/trainer.ts';
import { deviating, deviation } from '../../parity/fixture.ts';
import { oneStep } from '../../parity/oneStep.ts';

/*
 * Runs a tiny network on WebGPU and on the CPU. Prints one line of JSON when an adapter could be opened, and a second one with
 * what differs. A process of its own: a broken graphics driver ends it, and nothing else.
 */

const BATCH = 2;
const SIDE = 32;
const STEPS = 3;

const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

const relu = new OnnxGraph();
relu.input('x', 'float32', [4]);
relu.output('y', relu.node('Relu', ['x']), 'float32', [4]);
try {
  await (await openSession(relu.model('relu'), { device: 'webgpu' })).release();
} catch (error) {
  print({ opened: false, reason: (error as { details?: string }).details ?? String(error) });
  process.exit(0);
}
print({ opened: true });

const graph = resnet({ depth: 18, width: 4, stages: 2, classes: 3, imageSize: SIDE });
const random = Random.from(1, 'webgpu');
const parameters = initialise(graph, random);
const images = Float32Array.from({ length: BATCH * 3 * SIDE * SIDE }, () => random.normal());
const batch = { images, targets: Int32Array.of(0, 2) };

async function train(device: 'cpu' | 'webgpu') {
  const optimizer = { kind: 'adam', weightDecay: 0.01 } as const;
  const options = { graph, parameters, optimizer, batchSize: BATCH, device };
  const trainer = await createTrainer(options);
  for (let step = 0; step < STEPS; step++) await trainer.step(batch, 1e-3);
  const state = await trainer.state();
  const logits = await trainer.evaluate(images, BATCH);
  await trainer.restore(state);
  const { loss } = await trainer.step(batch, 1e-3);
  await trainer.dispose();
  return { state, logits, loss };
}

const [stepOnCpu, stepOnGpu] = [
  await oneStep({ graph, batchSize: BATCH }, parameters, batch),
  await oneStep({ graph, batchSize: BATCH, target: 'webgpu', device: 'webgpu' }, parameters, batch),
];
const [onCpu, onGpu] = [await train('cpu'), await train('webgpu')];
const classifier = await createClassifier({
  model: inferenceModel(graph, onCpu.state, {}),
  device: 'webgpu',
});
print({
  gradients: deviating(stepOnGpu.gradients, stepOnCpu.gradients, 1e-3),
  statistics: deviating(stepOnGpu.statistics, stepOnCpu.statistics, 1e-4),
  // Adam divides small gradients by their own size, and so their rounding grows.
  state: deviating(onGpu.state, onCpu.state, 5e-3),
  loss: Math.abs(onGpu.loss - onCpu.loss),
  evaluation: deviation(onGpu.logits, onCpu.logits),
  classifier: deviation(await classifier.logits(images, BATCH), onCpu.logits),
});
await classifier.dispose();
