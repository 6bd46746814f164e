import { classCount, GRAPH_INPUT, type Graph } from '../../graph/graph.ts';
import type { OptimizerSpec } from '../engine.ts';
import { Emission, type DeviceKind } from './emission.ts';
import { emitLoss } from './losses/registry.ts';
import { OnnxGraph } from './onnxGraph.ts';
import { optimizerOf } from './optimizers/registry.ts';
import { emit } from './ops/registry.ts';
import { storages, storedShape, type Storage } from './storage.ts';

/** A tensor that lives from step to step. */
export interface StateTensor {
  /** A parameter's name, or `optimizer.<slot>.<parameter>`. It is an input; the new value is the output `new.<name>`. */
  readonly name: string;
  /** In PyTorch's layout. */
  readonly shape: readonly number[];
  readonly storage: Storage;
}

export interface TrainingStepOptions {
  readonly graph: Graph;
  readonly optimizer: OptimizerSpec;
  readonly batchSize: number;
  readonly device: DeviceKind;
  /** Adds the output `gradient.<name>` for every weight, in the weight's storage: to look into a step. */
  readonly gradientOutputs?: boolean;
}

export interface TrainingStep {
  /** The .onnx file. Inputs: `images`, `targets`, the optimizer's scalars, the state. Outputs: `loss`, `logits`, the new state. */
  readonly model: Uint8Array;
  readonly parameters: readonly StateTensor[];
  readonly slots: readonly StateTensor[];
}

export const stateOutput = (name: string): string => `new.${name}`;

/** Compiles forward pass, loss, backward pass and optimizer update into one ONNX graph. */
export function trainingStep(options: TrainingStepOptions): TrainingStep {
  const { graph, batchSize, device } = options;
  const onnx = new OnnxGraph();
  const optimizer = optimizerOf(options.optimizer);
  const emission = new Emission({ graph, onnx, batch: batchSize, device, training: true });
  const parameters = declareParameters(onnx, graph, batchSize, device);
  const scalars = optimizer.scalars.map((name) => onnx.input(name, 'float32', []));
  const targets = onnx.input('targets', 'int32', [batchSize]);

  const backwards = emitForward(emission);
  const logits = emission.value(graph.output, 'nchw');
  const { loss, gradient } = emitLoss(emission, graph.loss, logits, targets);
  emission.addGradient(graph.output, gradient, 'nchw');
  for (const backward of backwards.toReversed()) backward();

  onnx.output('loss', loss, 'float32', []);
  onnx.output('logits', logits, 'float32', [batchSize, classCount(graph)]);
  const slots: StateTensor[] = [];
  for (const parameter of parameters) {
    const { name, shape, storage } = parameter;
    const stored = storedShape(shape, storage);
    const statistic = emission.newStatistics.get(name);
    if (statistic !== undefined) {
      onnx.output(stateOutput(name), statistic, 'float32', stored);
      continue;
    }
    const weightGradient = emission.weightGradients.get(name);
    if (weightGradient === undefined) throw new Error(`no emitter gave a gradient for ${name}`);
    const own = optimizer.slots.map((slot) => ({ name: `optimizer.${slot}.${name}`, shape, storage }));
    const inputs = own.map((slot) => onnx.input(slot.name, 'float32', stored));
    const updated = optimizer.update(onnx, name, weightGradient, inputs, scalars);
    onnx.output(stateOutput(name), updated.weight, 'float32', stored);
    own.forEach((slot, i) =>
      onnx.output(stateOutput(slot.name), updated.slots[i] as string, 'float32', stored),
    );
    slots.push(...own);
    if (options.gradientOutputs) onnx.output(`gradient.${name}`, weightGradient, 'float32', stored);
  }
  return { model: onnx.model('training step'), parameters, slots };
}

/** The forward pass alone, with the running statistics. Inputs: `images`, the parameters. Output: `logits`. */
export function evaluationStep(graph: Graph, batchSize: number, device: DeviceKind): Uint8Array {
  const onnx = new OnnxGraph();
  const emission = new Emission({ graph, onnx, batch: batchSize, device, training: false });
  declareParameters(onnx, graph, batchSize, device);
  emitForward(emission);
  onnx.output('logits', emission.value(graph.output, 'nchw'), 'float32', [batchSize, classCount(graph)]);
  return onnx.model('evaluation');
}

function declareParameters(
  onnx: OnnxGraph,
  graph: Graph,
  batchSize: number,
  device: DeviceKind,
): StateTensor[] {
  const storageOf = storages(graph, batchSize, device);
  return graph.parameters.map(({ name, shape }) => {
    const storage = storageOf.get(name) ?? 'plain';
    onnx.input(name, 'float32', storedShape(shape, storage));
    return { name, shape, storage };
  });
}

/** Declares the images and emits every node; gives the nodes' backward passes in forward order. */
function emitForward(emission: Emission) {
  const { graph, onnx, batch } = emission;
  emission.define(GRAPH_INPUT, onnx.input(GRAPH_INPUT, 'float32', [batch, ...graph.input]), 'nchw');
  return graph.nodes.map((node) => emit(emission, node));
}
