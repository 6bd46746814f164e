import ort from 'onnxruntime-node';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { UserError } from '../../base/errors.ts';
import { dropoutMask } from '../../graph/dropoutMask.ts';
import { GRAPH_INPUT, outputShape } from '../../graph/graph.ts';
import { targetFormat } from '../../graph/losses/targets.ts';
import { elements } from '../../graph/shape.ts';
import type { Tensor, Tensors } from '../../models/tensors.ts';
import type { Batch, StepOutput, Trainer, TrainerOptions } from '../engine.ts';
import type { DeviceKind } from './device.ts';
import { maskInput } from './emission.ts';
import { optimizerGroups } from './optimizers/groups.ts';
import { openSession } from './session.ts';
import { createStateBuffers, type StateBuffers } from './stateBuffers.ts';
import { fromStored, toStored } from './storage.ts';
import { evaluationStep, stateOutput, trainingStep, type TrainingStep } from './trainingStep.ts';

/** The optimizer's count of steps, among the tensors of `state()`: one number. */
const STEP = 'optimizer.step';

export interface OnnxTrainerOptions extends TrainerOptions {
  readonly device: DeviceKind;
}

type Settings = Omit<OnnxTrainerOptions, 'parameters'>;

/** Compiles the network for one device and puts the parameters there. */
export async function createTrainer(options: OnnxTrainerOptions): Promise<Trainer> {
  const step = trainingStep(options);
  const state = [...step.parameters, ...step.slots];
  const session = await openSession(step.model, {
    device: options.device,
    threads: options.threads,
    deviceOutputs: state.filter(({ role }) => role !== 'frozen').map(({ name }) => stateOutput(name)),
  });
  const { parameters, ...settings } = options;
  const trainer = new OnnxTrainer(settings, step, session, createStateBuffers(options.device, state));
  trainer.load(parameters, step.parameters);
  return trainer;
}

class OnnxTrainer implements Trainer {
  readonly #options: Settings;
  readonly #compiled: TrainingStep;
  readonly #session: InferenceSession;
  readonly #buffers: StateBuffers;
  /** Opened by the first evaluation. */
  #evaluation: InferenceSession | null = null;
  #steps = 0;

  constructor(
    options: Settings,
    compiled: TrainingStep,
    session: InferenceSession,
    buffers: StateBuffers,
  ) {
    this.#options = options;
    this.#compiled = compiled;
    this.#session = session;
    this.#buffers = buffers;
  }

  get device() {
    return this.#options.device;
  }

  async step(batch: Batch, learningRate: number): Promise<StepOutput> {
    const { graph, batchSize, logits: withLogits = true } = this.#options;
    const format = targetFormat(graph);
    const targets = batchSize * elements(format.shape);
    if (batch.targets.length !== targets || batch.images.length !== batchSize * elements(graph.input))
      throw new Error(`the trainer was made for ${batchSize} images, got ${batch.images.length / elements(graph.input)}`);
    const results = await this.#session.run(
      {
        ...this.#buffers.present,
        ...this.#scalars(learningRate),
        ...this.#masks(),
        [GRAPH_INPUT]: floats(batch.images, [batchSize, ...graph.input]),
        targets: new ort.Tensor(format.type, batch.targets, [batchSize, ...format.shape]),
      },
      { ...this.#buffers.fetches(), loss: null, ...(withLogits && { logits: null }) },
    );
    this.#buffers.advance(results);
    this.#steps++;
    return {
      loss: Number(results['loss']?.data[0]),
      logits: withLogits ? (results['logits']?.data as Float32Array) : new Float32Array(),
    };
  }

  #scalars(learningRate: number): Record<string, OrtTensor> {
    const { optimizer, groups } = this.#options;
    return Object.fromEntries(
      optimizerGroups(optimizer, groups).flatMap(({ scalars, scalarValues }) =>
        scalarValues(learningRate, this.#steps + 1).map((value, i) => [scalars[i], floats([value], [])]),
      ),
    );
  }

  #masks(): Record<string, OrtTensor> {
    const { batchSize, seed = 0 } = this.#options;
    return Object.fromEntries(
      this.#compiled.dropouts.map((node) => [
        maskInput(node),
        floats(dropoutMask(node, batchSize, seed, this.#steps), [batchSize, ...node.shape]),
      ]),
    );
  }

  /** In batches of the trainer's size; the last one is filled up with zeros, whose logits are dropped. */
  async evaluate(images: Float32Array, count: number): Promise<Float32Array> {
    const { graph, batchSize } = this.#options;
    this.#evaluation ??= await openSession(evaluationStep(graph, batchSize, this.device), this.#options);
    const parameters = Object.fromEntries(
      this.#compiled.parameters.map(({ name }) => [name, this.#buffers.present[name] as OrtTensor]),
    );
    const [size, classes] = [elements(graph.input), elements(outputShape(graph))];
    const logits = new Float32Array(count * classes);
    for (let start = 0; start < count; start += batchSize) {
      const part = Math.min(batchSize, count - start);
      let input = images.subarray(start * size, (start + part) * size);
      if (part < batchSize) {
        const filled = new Float32Array(batchSize * size);
        filled.set(input);
        input = filled;
      }
      const feeds = { ...parameters, [GRAPH_INPUT]: floats(input, [batchSize, ...graph.input]) };
      const result = (await this.#evaluation.run(feeds)) as Record<'logits', OrtTensor>;
      logits.set((result.logits.data as Float32Array).subarray(0, part * classes), start * classes);
    }
    return logits;
  }

  async state(): Promise<Tensors> {
    const values = await this.#buffers.read();
    const tensors = new Map<string, Tensor>();
    for (const { name, shape, storage } of this.#stateTensors())
      tensors.set(name, fromStored(values.get(name) ?? new Float32Array(), shape, storage));
    return tensors.set(STEP, { shape: [], data: Float32Array.of(this.#steps) });
  }

  async restore(state: Tensors): Promise<void> {
    this.load(state, this.#stateTensors());
    this.#steps = state.get(STEP)?.data[0] ?? 0;
  }

  /** Puts the named tensors on the device. @throws UserError where one is missing or has another shape. */
  load(tensors: Tensors, wanted: TrainingStep['parameters']): void {
    for (const { name, shape } of wanted) {
      const given = tensors.get(name)?.shape;
      if (given?.join() !== shape.join())
        throw new UserError(
          `These weights do not fit the network: ${name} is ${given ? `[${given.join(', ')}]` : 'missing'}, ` +
            `and should be [${shape.join(', ')}]. Choose a file that was made with the same network and optimizer.`,
        );
    }
    for (const { name, storage } of wanted) {
      const tensor = tensors.get(name);
      if (tensor) this.#buffers.write(name, toStored(tensor, storage));
    }
  }

  async dispose(): Promise<void> {
    await this.#buffers.dispose();
    await this.#session.release();
    await this.#evaluation?.release();
    this.#evaluation = null;
  }

  #stateTensors() {
    return [...this.#compiled.parameters, ...this.#compiled.slots];
  }
}

function floats(values: Float32Array | number[], shape: readonly number[]): OrtTensor {
  return new ort.Tensor('float32', values instanceof Float32Array ? values : Float32Array.from(values), [
    ...shape,
  ]);
}
