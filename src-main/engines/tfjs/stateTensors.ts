import type { Graph } from '../../graph/graph.ts';
import { elements } from '../../graph/shape.ts';
import type { Tensor as PlainTensor, Tensors } from '../../models/tensors.ts';
import { fitting } from '../trainerState.ts';
import { parameterIn, parameterOut } from './layout.ts';
import type { Tensor, TensorFlow } from './tensorflow.ts';

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The name under which a weight's optimizer tensor is found in a state. */
export const slotName = (slot: string, weight: string): string => `optimizer.${slot}.${weight}`;

/** The tensors that live from step to step, on the device: parameters, running statistics and the optimizer's. */
export class StateTensors {
  readonly #tf: TensorFlow;
  readonly #entries: readonly Entry[];
  readonly #tensors = new Map<string, Tensor>();

  /** @throws UserError where the parameters do not fit the graph. */
  constructor(tf: TensorFlow, graph: Graph, slots: readonly string[], parameters: Tensors) {
    this.#tf = tf;
    const weights = graph.parameters.filter(({ role }) => role === 'weight');
    const slotEntries = weights.flatMap(({ name, shape }) =>
      slots.map((slot) => ({ name: slotName(slot, name), shape })),
    );
    this.#entries = [...graph.parameters, ...slotEntries];
    const zeros = slotEntries.map(({ name, shape }): [string, PlainTensor] => [
      name,
      { shape, data: new Float32Array(elements(shape)) },
    ]);
    this.write(new Map([...parameters, ...zeros]));
  }

  get(name: string): Tensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new Error(`there is no ${name} in the state`);
    return tensor;
  }

  /** Takes the new value of a tensor over, also from within `tf.tidy`. */
  set(name: string, value: Tensor): void {
    this.#tensors.get(name)?.dispose();
    this.#tensors.set(name, this.#tf.keep(value));
  }

  /** A copy of everything, in PyTorch's layout. */
  async read(): Promise<Map<string, PlainTensor>> {
    const copies = new Map<string, PlainTensor>();
    for (const { name, shape } of this.#entries)
      copies.set(name, { ...(await parameterOut(this.#tf, this.get(name))), shape });
    return copies;
  }

  /** Copies everything from `state`. @throws UserError where it does not fit; then nothing has changed. */
  write(state: Tensors): void {
    for (const { name, tensor } of fitting(state, this.#entries))
      this.set(name, parameterIn(this.#tf, tensor));
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }
}
