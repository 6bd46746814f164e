import type { TrainerOptions } from '../engine.ts';
import { OnnxGraph, type Axis, type TensorName } from './onnxGraph.ts';
import { averagedAndClipped, type Gradients } from './optimizers/clipping.ts';
import { groupOf, optimizerGroups } from './optimizers/groups.ts';
import { stateOutput, type StateTensor } from './stateTensor.ts';
import { storedShape } from './storage.ts';

export type UpdateOptions = Pick<TrainerOptions, 'optimizer' | 'groups' | 'clipping' | 'accumulate'>;

/**
 * Emits the new value of every weight, and of what the optimizer remembers of it, from the gradients' sums over the passes. The
 * optimizer's scalars and slots become inputs; the weights are inputs already.
 * @returns the slots
 */
export function emitUpdate(
  onnx: OnnxGraph,
  weights: readonly StateTensor[],
  sums: Gradients,
  { optimizer: spec, groups: ownRates, clipping, accumulate = 1 }: UpdateOptions,
): StateTensor[] {
  const groups = optimizerGroups(spec, ownRates);
  for (const scalar of groups.flatMap(({ scalars }) => scalars)) onnx.input(scalar, 'float32', []);
  const gradients = averagedAndClipped(onnx, sums, accumulate, clipping);
  return weights.flatMap((weight) => {
    const { name, shape, storage } = weight;
    const stored = storedShape(shape, storage);
    const { optimizer, scalars } = groupOf(groups, name);
    const slots = optimizer.slots.map((slot) => ({ ...weight, name: `optimizer.${slot}.${name}` }));
    const inputs = slots.map((slot) => onnx.input(slot.name, 'float32', stored));
    const gradient = gradients.get(name) as TensorName;
    const updated = optimizer.update(onnx, name, gradient, inputs, scalars);
    onnx.output(stateOutput(name), updated.weight, 'float32', stored);
    slots.forEach((slot, i) =>
      onnx.output(stateOutput(slot.name), updated.slots[i] as TensorName, 'float32', stored),
    );
    return slots;
  });
}

const sumOf = (weight: string): string => `accumulated.${weight}`;

/**
 * Adds each gradient of one pass to the sum of the passes before it: an input, and an output. In the first pass the input is a zero
 * that broadcasts, which spares clearing the sums.
 * @returns the sums
 */
export function emitAccumulation(
  onnx: OnnxGraph,
  weights: readonly StateTensor[],
  gradients: Gradients,
): StateTensor[] {
  return weights.map((weight) => {
    const sum = { ...weight, name: sumOf(weight.name) };
    const stored = storedShape(sum.shape, sum.storage);
    const anySize = stored.map((_, axis): Axis => `${sum.name} ${axis}`);
    const before = onnx.input(sum.name, 'float32', anySize);
    const after = onnx.node('Add', [gradients.get(weight.name) as TensorName, before]);
    onnx.output(stateOutput(sum.name), after, 'float32', stored);
    return sum;
  });
}

/** The update alone: the model that follows the last pass where gradients are accumulated. */
export function updateModel(
  weights: readonly StateTensor[],
  options: UpdateOptions,
): { model: Uint8Array; slots: StateTensor[] } {
  const onnx = new OnnxGraph();
  const declared = (name: string, { shape, storage }: StateTensor) =>
    onnx.input(name, 'float32', storedShape(shape, storage));
  const sums = new Map(
    weights.map((weight) => {
      declared(weight.name, weight);
      return [weight.name, declared(sumOf(weight.name), weight)];
    }),
  );
  const slots = emitUpdate(onnx, weights, sums, options);
  return { model: onnx.model('update'), slots };
}
