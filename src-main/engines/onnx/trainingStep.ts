import { GRAPH_INPUT, outputShape, type Graph } from '../../graph/graph.ts';
import { targetFormat } from '../../graph/losses/targets.ts';
import type { Dropout } from '../../graph/ops/dropout.ts';
import { refuseSingleValues } from '../batchStatistics.ts';
import { checkGroups } from '../checkGroups.ts';
import type { TrainerOptions } from '../engine.ts';
import type { DeviceKind } from './device.ts';
import { Emission } from './emission.ts';
import { emitLoss } from './losses/registry.ts';
import { OnnxGraph, type TensorName } from './onnxGraph.ts';
import { emit } from './ops/registry.ts';
import { stateOutput, type StateTensor } from './stateTensor.ts';
import { storages, storedShape } from './storage.ts';
import { emitAccumulation, emitUpdate, updateModel, type UpdateOptions } from './weightUpdate.ts';

export interface TrainingStepOptions
  extends Pick<TrainerOptions, 'graph' | 'batchSize' | 'logits'>, UpdateOptions {
  readonly device: DeviceKind;
  /** Adds the output `gradient.<name>` for every weight, in the weight's storage: to look into a pass. */
  readonly gradientOutputs?: boolean;
}

/** A model that reads the state, and gives new values of a part of it as `new.<name>`. */
export interface StateModel {
  /** The .onnx file. */
  readonly model: Uint8Array;
  readonly reads: readonly StateTensor[];
  readonly writes: readonly StateTensor[];
}

export interface TrainingStep {
  /**
   * Forward, loss and backward pass; and the update, unless gradients are accumulated. Reads `images`, `targets` and the dropouts'
   * masks as well, writes `loss` and `logits` as well.
   */
  readonly pass: StateModel;
  /** The update by accumulated gradients, where the pass does not contain it. */
  readonly update: StateModel | null;
  readonly parameters: readonly StateTensor[];
  readonly slots: readonly StateTensor[];
  /** Sums of the gradients over the passes of a step, where they are accumulated. */
  readonly sums: readonly StateTensor[];
  readonly dropouts: readonly Dropout[];
}

/**
 * Compiles a training step. Without accumulation all of it is one ONNX graph. With it there is one for the passes and a small one for
 * the update, rather than a second large one that does both: its session would reserve the memory of a backward pass again.
 */
export function trainingStep(options: TrainingStepOptions): TrainingStep {
  const { graph, batchSize, device, accumulate = 1 } = options;
  refuseSingleValues(graph, batchSize);
  checkGroups(graph, options.groups);
  const onnx = new OnnxGraph();
  const emission = new Emission({ graph, onnx, batch: batchSize, device, training: true });
  const parameters = declareParameters(onnx, graph, batchSize, device);
  emitPass(emission, options.logits ?? true);

  const output = (name: string, tensor: TensorName | undefined, { shape, storage }: StateTensor) => {
    if (tensor === undefined) throw new Error(`no emitter gave ${name}`);
    onnx.output(name, tensor, 'float32', storedShape(shape, storage));
  };
  const weights = parameters.filter(({ role }) => role === 'weight');
  const statistics = parameters.filter(({ role }) => role === 'statistic');
  const { dropouts, newStatistics, weightGradients: gradients } = emission;
  for (const tensor of statistics) output(stateOutput(tensor.name), newStatistics.get(tensor.name), tensor);
  if (options.gradientOutputs)
    for (const tensor of weights) output(`gradient.${tensor.name}`, gradients.get(tensor.name), tensor);

  if (accumulate === 1) {
    const slots = emitUpdate(onnx, weights, gradients, options);
    const [reads, writes] = [
      [...parameters, ...slots],
      [...statistics, ...weights, ...slots],
    ];
    const pass = { model: onnx.model('training step'), reads, writes };
    return { pass, update: null, parameters, slots, sums: [], dropouts };
  }
  const sums = emitAccumulation(onnx, weights, gradients);
  const pass = {
    model: onnx.model('training pass'),
    reads: [...parameters, ...sums],
    writes: [...statistics, ...sums],
  };
  const { model, slots } = updateModel(weights, options);
  const update = { model, reads: [...weights, ...sums, ...slots], writes: [...weights, ...slots] };
  return { pass, update, parameters, slots, sums, dropouts };
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

/** Emits forward pass, loss and backward pass; afterwards the emission knows the gradients. */
function emitPass(emission: Emission, withLogits: boolean): void {
  const { graph, onnx, batchSize } = emission;
  const format = targetFormat(graph);
  const targets = onnx.input('targets', format.type, [batchSize, ...format.shape]);
  const backwards = emitForward(emission);
  const logits = emission.value(graph.output, 'nchw');
  const { loss, gradient } = emitLoss(emission, graph.loss, logits, targets);
  emission.addGradient(graph.output, gradient, 'nchw');
  for (const { node, backward } of backwards.toReversed()) if (emission.needsGradient(node.name)) backward();
  onnx.output('loss', loss, 'float32', []);
  if (withLogits) onnx.output('logits', logits, 'float32', [batchSize, ...outputShape(graph)]);
}

/** Declares the images and emits every node; gives the nodes' backward passes in forward order. */
function emitForward(emission: Emission) {
  const { graph, onnx, batch } = emission;
  emission.define(GRAPH_INPUT, onnx.input(GRAPH_INPUT, 'float32', [batch, ...graph.input]), 'nchw');
  return graph.nodes.map((node) => ({ node, backward: emit(emission, node) }));
}
