import { joined } from '../../base/joined.ts';
import { elements } from '../../graph/shape.ts';
import type { Tensor as PlainTensor, Tensors } from '../../models/tensors.ts';
import { checkBatch, checkImages, passOf } from '../batch.ts';
import { refuseSingleValues } from '../batchStatistics.ts';
import { checkGroups } from '../checkGroups.ts';
import type { Batch, StepOutput, Trainer, TrainerOptions } from '../engine.ts';
import { fitting, STEP } from '../trainerState.ts';
import { clipped } from './clipped.ts';
import { forward } from './forward.ts';
import { imagesIn, imagesOut } from './layout.ts';
import { optimizerOf } from './optimizers/registry.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { slotName, StateTensors } from './stateTensors.ts';
import type { Tensor, TensorFlow } from './tensorflow.ts';
import { trainingPass } from './trainingPass.ts';

type Settings = Omit<TrainerOptions, 'parameters'>;

/**
 * Interprets the network with TensorFlow.js, on the backend that `tf` has chosen. The same steps, names and state as the ONNX engine's.
 * @throws UserError where the parameters do not fit the network.
 */
export async function createTrainer(tf: TensorFlow, options: TrainerOptions): Promise<Trainer> {
  const { parameters, ...settings } = options;
  refuseSingleValues(settings.graph, settings.batchSize);
  checkGroups(settings.graph, settings.groups);
  await tf.ready();
  return new TensorflowTrainer(tf, settings, parameters);
}

class TensorflowTrainer implements Trainer {
  readonly #tf: TensorFlow;
  readonly #options: Settings;
  readonly #optimizer: Optimizer;
  readonly #learning: readonly string[];
  readonly #state: StateTensors;
  #steps = 0;

  constructor(tf: TensorFlow, options: Settings, parameters: Tensors) {
    const { graph, optimizer } = options;
    this.#tf = tf;
    this.#options = options;
    this.#optimizer = optimizerOf(tf, optimizer);
    this.#learning = graph.parameters.flatMap(({ name, role }) => (role === 'weight' ? [name] : []));
    this.#state = new StateTensors(tf, graph, this.#optimizer.slots, parameters);
  }

  get device() {
    return this.#options.device;
  }

  async step(batch: Batch, learningRate: number): Promise<StepOutput> {
    const { graph, batchSize, accumulate = 1, logits: wanted = true } = this.#options;
    checkBatch(graph, batch, batchSize * accumulate);
    const parts = Array.from({ length: accumulate }, (_, pass) => passOf(batch, pass, accumulate));
    const outputs = this.#tf.tidy(() => {
      const { gradients, outputs } = this.#passes(parts);
      this.#update(gradients, learningRate);
      return outputs;
    });
    this.#steps++;
    const losses: number[] = [];
    const logits: Float32Array[] = [];
    for (const output of outputs) {
      losses.push(Number((await output.loss.data())[0]));
      if (wanted) logits.push((await output.logits.data()) as Float32Array);
    }
    this.#tf.dispose(outputs);
    return { loss: losses.reduce((sum, loss) => sum + loss) / accumulate, logits: joined(logits, floats) };
  }

  /** In batches of the trainer's size; the last may be smaller. */
  async evaluate(images: Float32Array, count: number): Promise<Float32Array> {
    const { graph, batchSize } = this.#options;
    checkImages(graph, images, count);
    const size = elements(graph.input);
    const parts: Float32Array[] = [];
    for (let start = 0; start < count; start += batchSize) {
      const end = Math.min(count, start + batchSize);
      const logits = this.#evaluated(images.subarray(start * size, end * size), end - start);
      parts.push((await logits.data()) as Float32Array);
      logits.dispose();
    }
    return joined(parts, floats);
  }

  async state(): Promise<Tensors> {
    const tensors: Map<string, PlainTensor> = await this.#state.read();
    return tensors.set(STEP, { shape: [], data: Float32Array.of(this.#steps) });
  }

  async restore(state: Tensors): Promise<void> {
    const [steps] = fitting(state, [{ name: STEP, shape: [] }]);
    this.#state.write(state);
    this.#steps = Number(steps?.tensor.data[0]);
  }

  async dispose(): Promise<void> {
    this.#state.dispose();
  }

  /** Forward and backward for each part, and the mean of their gradients. */
  #passes(parts: readonly Batch[]) {
    const { graph, batchSize, seed = 0 } = this.#options;
    const tf = this.#tf;
    const options = { tf, graph, batchSize, seed, state: this.#state, learning: this.#learning };
    let sum: readonly Tensor[] | null = null;
    const outputs = parts.map((part, i) => {
      const { gradients, ...output } = trainingPass(options, part, this.#steps * parts.length + i);
      const before = sum;
      sum =
        before === null ? gradients : gradients.map((gradient, j) => tf.add(before[j] as Tensor, gradient));
      if (before !== null) tf.dispose([...before, ...gradients]);
      return output;
    });
    const total = sum ?? [];
    return {
      outputs,
      gradients: parts.length === 1 ? total : total.map((gradient) => tf.div(gradient, parts.length)),
    };
  }

  #update(gradients: readonly Tensor[], learningRate: number): void {
    const { clipping } = this.#options;
    const state = this.#state;
    const used = clipping === undefined ? gradients : clipped(this.#tf, gradients, clipping);
    for (const [i, name] of this.#learning.entries()) {
      const slots = this.#optimizer.slots.map((slot) => slotName(slot, name));
      const updated = this.#optimizer.update(
        state.get(name),
        used[i] as Tensor,
        slots.map((slot) => state.get(slot)),
        { ...this.#settingsFor(name, learningRate), step: this.#steps + 1 },
      );
      state.set(name, updated.weight);
      for (const [j, slot] of slots.entries()) state.set(slot, updated.slots[j] as Tensor);
    }
  }

  #settingsFor(name: string, learningRate: number) {
    const { optimizer, groups = [] } = this.#options;
    const group = groups.find(({ prefixes }) => prefixes.some((prefix) => name.startsWith(prefix)));
    return {
      learningRate: learningRate * (group?.learningRateFactor ?? 1),
      weightDecay: group?.weightDecay ?? optimizer.weightDecay,
    };
  }

  /** [count, …] in PyTorch's order. */
  #evaluated(images: Float32Array, count: number): Tensor {
    const { graph } = this.#options;
    const tf = this.#tf;
    const pass = {
      tf,
      training: false,
      parameter: (name: string) => this.#state.get(name),
      mask: unused,
      moveStatistic: unused,
    };
    return tf.tidy(() => imagesOut(tf, forward(pass, graph, imagesIn(tf, images, [count, ...graph.input]))));
  }
}

function unused(): never {
  throw new Error('only training needs this');
}

function floats(length: number): Float32Array {
  return new Float32Array(length);
}
