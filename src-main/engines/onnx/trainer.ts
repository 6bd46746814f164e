import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { joined } from '../../base/joined.ts';
import { GRAPH_INPUT, outputShape } from '../../graph/graph.ts';
import { elements } from '../../graph/shape.ts';
import type { Tensor, Tensors } from '../../models/tensors.ts';
import { checkBatch, checkImages, passOf } from '../batch.ts';
import type { Batch, StepOutput, Trainer, TrainerOptions } from '../engine.ts';
import { fitting, STEP } from '../trainerState.ts';
import type { DeviceKind } from './device.ts';
import { optimizerGroups, type OptimizerGroup } from './optimizers/groups.ts';
import { batchFeeds, floats, maskFeeds } from './passFeeds.ts';
import { createStateBuffers, type StateBuffers, type TensorMap } from './stateBuffers.ts';
import { stateOutput, type StateTensor } from './stateTensor.ts';
import { openStepSession, type StepSession } from './stepSession.ts';
import { fromStored, storedShape, toStored } from './storage.ts';
import { evaluationStep, trainingStep, type StateModel, type TrainingStep } from './trainingStep.ts';

export interface OnnxTrainerOptions extends TrainerOptions {
  readonly device: DeviceKind;
}

type Settings = Omit<OnnxTrainerOptions, 'parameters'>;

interface Sessions {
  readonly pass: StepSession;
  readonly update: StepSession | null;
}

/** Compiles the network for one device and puts the parameters there. */
export async function createTrainer(options: OnnxTrainerOptions): Promise<Trainer> {
  const compiled = trainingStep(options);
  const open = ({ model, writes }: StateModel) =>
    openStepSession(model, {
      device: options.device,
      threads: options.threads,
      deviceOutputs: writes.map(({ name }) => stateOutput(name)),
    });
  const pass = await open(compiled.pass);
  const update = compiled.update && (await open(compiled.update));
  const { parameters, ...settings } = options;
  const trainer = new OnnxTrainer(settings, compiled, { pass, update });
  trainer.load(parameters, compiled.parameters);
  return trainer;
}

class OnnxTrainer implements Trainer {
  readonly #options: Settings;
  readonly #compiled: TrainingStep;
  readonly #sessions: Sessions;
  readonly #buffers: StateBuffers;
  readonly #groups: readonly OptimizerGroup[];
  /** What the first pass of a step adds its gradients to: zeros of one element, which broadcast. */
  readonly #noSums: TensorMap;
  /** Opened by the first evaluation. */
  #evaluation: StepSession | null = null;
  #steps = 0;

  constructor(options: Settings, compiled: TrainingStep, sessions: Sessions) {
    const { parameters, slots, sums } = compiled;
    this.#options = options;
    this.#compiled = compiled;
    this.#sessions = sessions;
    this.#groups = optimizerGroups(options.optimizer, options.groups);
    this.#buffers = createStateBuffers(options.device, [...parameters, ...slots], sums);
    this.#noSums = Object.fromEntries(
      sums.map(({ name, shape, storage }) => [
        name,
        floats(
          0,
          storedShape(shape, storage).map(() => 1),
        ),
      ]),
    );
  }

  get device() {
    return this.#options.device;
  }

  async step(batch: Batch, learningRate: number): Promise<StepOutput> {
    const { graph, batchSize, accumulate = 1, logits: withLogits = true } = this.#options;
    checkBatch(graph, batch, batchSize * accumulate);
    const passes: StepOutput[] = [];
    for (let pass = 0; pass < accumulate; pass++) passes.push(await this.#pass(batch, pass, learningRate));
    if (this.#compiled.update && this.#sessions.update)
      await this.#run(this.#sessions.update, this.#compiled.update, this.#scalars(learningRate), {});
    this.#steps++;
    return {
      loss: passes.reduce((sum, { loss }) => sum + loss, 0) / accumulate,
      logits: joined(
        passes.flatMap(({ logits }) => (withLogits ? logits : [])),
        (length) => new Float32Array(length),
      ),
    };
  }

  async #pass(batch: Batch, pass: number, learningRate: number): Promise<StepOutput> {
    const { graph, batchSize, accumulate = 1, seed = 0, logits: withLogits = true } = this.#options;
    const { dropouts, update } = this.#compiled;
    const feeds = {
      ...batchFeeds(graph, passOf(batch, pass, accumulate), batchSize),
      ...maskFeeds(dropouts, batchSize, seed, this.#steps * accumulate + pass),
      ...(update === null && this.#scalars(learningRate)),
      ...(pass === 0 && this.#noSums),
    };
    const fetches = { loss: floats(0), ...(withLogits && { logits: this.#emptyLogits() }) };
    const results = await this.#run(this.#sessions.pass, this.#compiled.pass, feeds, fetches);
    return { loss: Number(results['loss']?.data[0]), logits: results['logits']?.data as Float32Array };
  }

  /** Runs a model on `feeds` and, for the rest, on the present state, and makes what it writes the present state. */
  async #run(
    session: StepSession,
    { reads, writes }: StateModel,
    feeds: TensorMap,
    fetches: TensorMap,
  ): Promise<TensorMap> {
    const buffers = this.#buffers;
    const present = buffers.feeds(reads.filter(({ name }) => feeds[name] === undefined));
    const results = await session.run({ ...present, ...feeds }, { ...buffers.fetches(writes), ...fetches });
    buffers.advance(writes, results);
    return results;
  }

  #scalars(learningRate: number): TensorMap {
    return Object.fromEntries(
      this.#groups.flatMap(({ scalars, scalarValues }) =>
        scalarValues(learningRate, this.#steps + 1).map((value, i) => [scalars[i], floats(value)]),
      ),
    );
  }

  #emptyLogits(): OrtTensor {
    const { graph, batchSize } = this.#options;
    const shape = [batchSize, ...outputShape(graph)];
    return floats(new Float32Array(elements(shape)), shape);
  }

  /** In batches of the trainer's size; the last one is filled up with zeros, whose logits are dropped. */
  async evaluate(images: Float32Array, count: number): Promise<Float32Array> {
    const { graph, batchSize } = this.#options;
    const [size, classes] = [elements(graph.input), elements(outputShape(graph))];
    checkImages(graph, images, count);
    this.#evaluation ??= await openStepSession(evaluationStep(graph, batchSize, this.device), this.#options);
    const parameters = this.#buffers.feeds(this.#compiled.parameters);
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
      const result = await this.#evaluation.run(feeds, { logits: this.#emptyLogits() });
      logits.set((result['logits']?.data as Float32Array).subarray(0, part * classes), start * classes);
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
    const [steps] = fitting(state, [{ name: STEP, shape: [] }]);
    this.load(state, this.#stateTensors());
    this.#steps = Number(steps?.tensor.data[0]);
  }

  /** Puts the named tensors on the device. @throws UserError where one is missing or has another shape. */
  load(tensors: Tensors, wanted: readonly StateTensor[]): void {
    for (const { name, storage, tensor } of fitting(tensors, wanted))
      this.#buffers.write(name, toStored(tensor, storage));
  }

  async dispose(): Promise<void> {
    await this.#buffers.dispose();
    await this.#sessions.pass.release();
    await this.#sessions.update?.release();
    await this.#evaluation?.release();
    this.#evaluation = null;
  }

  #stateTensors(): readonly StateTensor[] {
    return [...this.#compiled.parameters, ...this.#compiled.slots];
  }
}
