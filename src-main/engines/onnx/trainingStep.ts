import { GRAPH_INPUT, outputShape, type Graph } from '../../graph/graph.ts';
import type { Dropout } from '../../graph/ops/dropout.ts';
import { targetFormat } from '../../graph/losses/targets.ts';
import type { TrainerOptions } from '../engine.ts';
import type { DeviceKind } from './device.ts';
import { Emission } from './emission.ts';
import { emitLoss } from './losses/registry.ts';
import { OnnxGraph } from './onnxGraph.ts';
import { optimizerGroups, type OptimizerGroup } from './optimizers/groups.ts';
import { emit } from './ops/registry.ts';
import type { Parameter } from '../../graph/parameter.ts';
import { storages, storedShape, type Storage } from './storage.ts';

/** A tensor that lives from step to step. */
export interface StateTensor {
  /** A parameter's name, or `optimizer.<slot>.<parameter>`. It is an input; the new value is the output `new.<name>`. */
  readonly name: string;
  /** In PyTorch's layout. */
  readonly shape: readonly number[];
  readonly storage: Storage;
  /** Frozen tensors are inputs only. */
  readonly role: Parameter['role'];
}

export interface TrainingStepOptions extends Pick<TrainerOptions, 'graph' | 'optimizer' | 'groups' | 'batchSize'> {
  readonly device: DeviceKind;
  /** Adds the output `gradient.<name>` for every weight, in the weight's storage: to look into a step. */
  readonly gradientOutputs?: boolean;
}

export interface TrainingStep {
  /**
   * The .onnx file. Inputs: `images`, `targets`, the dropouts' masks, the optimizer's scalars, the state. Outputs: `loss`, `logits`,
   * the new state.
   */
  readonly model: Uint8Array;
  readonly parameters: readonly StateTensor[];
  readonly slots: readonly StateTensor[];
  readonly dropouts: readonly Dropout[];
}

export const stateOutput = (name: string): string => `new.${name}`;

/** Compiles forward pass, loss, backward pass and optimizer update into one ONNX graph. */
export function trainingStep(options: TrainingStepOptions): TrainingStep {
  const { graph, batchSize, device } = options;
  const onnx = new OnnxGraph();
  const emission = new Emission({ graph, onnx, batch: batchSize, device, training: true });
  const parameters = declareParameters(onnx, graph, batchSize, device);
  const groups = optimizerGroups(options.optimizer, options.groups);
  for (const scalar of groups.flatMap(({ scalars }) => scalars)) onnx.input(scalar, 'float32', []);
  const format = targetFormat(graph);
  const targets = onnx.input('targets', format.type, [batchSize, ...format.shape]);

  const backwards = emitForward(emission);
  const logits = emission.value(graph.output, 'nchw');
  const { loss, gradient } = emitLoss(emission, graph.loss, logits, targets);
  emission.addGradient(graph.output, gradient, 'nchw');
  for (const { node, backward } of backwards.toReversed()) if (emission.needsGradient(node.name)) backward();

  onnx.output('loss', loss, 'float32', []);
  onnx.output('logits', logits, 'float32', [batchSize, ...outputShape(graph)]);
  const slots: StateTensor[] = [];
  for (const parameter of parameters) {
    const { name, shape, storage } = parameter;
    const stored = storedShape(shape, storage);
    if (parameter.role === 'frozen') continue;
    const statistic = emission.newStatistics.get(name);
    if (statistic !== undefined) {
      onnx.output(stateOutput(name), statistic, 'float32', stored);
      continue;
    }
    const weightGradient = emission.weightGradients.get(name);
    if (weightGradient === undefined) throw new Error(`no emitter gave a gradient for ${name}`);
    const { optimizer, scalars } = groups.find((group) => group.has(name)) as OptimizerGroup;
    const own = optimizer.slots.map((slot) => ({
      name: `optimizer.${slot}.${name}`,
      shape,
      storage,
      role: 'weight' as const,
    }));
    const inputs = own.map((slot) => onnx.input(slot.name, 'float32', stored));
    const updated = optimizer.update(onnx, name, weightGradient, inputs, scalars);
    onnx.output(stateOutput(name), updated.weight, 'float32', stored);
    own.forEach((slot, i) =>
      onnx.output(stateOutput(slot.name), updated.slots[i] as string, 'float32', stored),
    );
    slots.push(...own);
    if (options.gradientOutputs) onnx.output(`gradient.${name}`, weightGradient, 'float32', stored);
  }
  return { model: onnx.model('training step'), parameters, slots, dropouts: emission.dropouts };
}

/** The forward pass alone, with the running statistics. Inputs: `images`, the parameters. Output: `logits`. */
export function evaluationStep(graph: Graph, batchSize: number, device: DeviceKind): Uint8Array {
  const onnx = new OnnxGraph();
  const emission = new Emission({ graph, onnx, batch: batchSize, device, training: false });
  declareParameters(onnx, graph, batchSize, device);
  emitForward(emission);
  onnx.output('logits', emission.value(graph.output, 'nchw'), 'float32', [batchSize, ...outputShape(graph)]);
  return onnx.model('evaluation');
}

function declareParameters(
  onnx: OnnxGraph,
  graph: Graph,
  batchSize: number,
  device: DeviceKind,
): StateTensor[] {
  const storageOf = storages(graph, batchSize, device);
  return graph.parameters.map(({ name, shape, role }) => {
    const storage = storageOf.get(name) ?? 'plain';
    onnx.input(name, 'float32', storedShape(shape, storage));
    return { name, shape, storage, role };
  });
}

/** Declares the images and emits every node; gives the nodes' backward passes in forward order. */
function emitForward(emission: Emission) {
  const { graph, onnx, batch } = emission;
  emission.define(GRAPH_INPUT, onnx.input(GRAPH_INPUT, 'float32', [batch, ...graph.input]), 'nchw');
  return graph.nodes.map((node) => ({ node, backward: emit(emission, node) }));
}
