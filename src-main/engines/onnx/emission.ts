import { GRAPH_INPUT, type Graph } from '../../graph/graph.ts';
import type { Dropout } from '../../graph/ops/dropout.ts';
import { imageShape, type Shape } from '../../graph/shape.ts';
import type { DeviceKind } from './device.ts';
import type { Layout } from './layout.ts';
import type { Axis, OnnxGraph, TensorName } from './onnxGraph.ts';
import { poolBeforeRelu } from './poolBeforeRelu.ts';

export interface EmissionOptions {
  readonly graph: Graph;
  readonly onnx: OnnxGraph;
  /** Images per run; a name where it is known only at run time (then everything stays `nchw`). */
  readonly batch: Axis;
  readonly device: DeviceKind;
  /** Whether batch norm uses and moves the batch's statistics, and backward passes are kept ready. */
  readonly training: boolean;
}

export const maskInput = (node: Dropout): string => `mask.${node.name}`;

type Placed = Partial<Record<Layout, TensorName>>;

/**
 * The translation of one IR graph into one ONNX graph: which tensor holds which value, in which layout, and what the
 * gradients are so far. Emitters (ops/) read and fill it.
 */
export class Emission {
  readonly graph: Graph;
  readonly onnx: OnnxGraph;
  readonly batch: Axis;
  readonly device: DeviceKind;
  readonly training: boolean;
  /** Gradient of each weight, in the weight's storage. */
  readonly weightGradients = new Map<string, TensorName>();
  /** New value of each running statistic. */
  readonly newStatistics = new Map<string, TensorName>();
  /** Dropouts whose masks are inputs of the graph. */
  readonly dropouts: Dropout[] = [];
  readonly #shapes: ReadonlyMap<string, Shape>;
  /** Weights that the optimizer changes. */
  readonly #learning: ReadonlySet<string>;
  /** Values that depend on such weights. */
  readonly #dependent: ReadonlySet<string>;
  readonly #values = new Map<string, Placed>();
  readonly #gradients = new Map<string, { tensor: TensorName; layout: Layout }>();

  constructor(options: EmissionOptions) {
    this.graph = options.training ? poolBeforeRelu(options.graph) : options.graph;
    this.onnx = options.onnx;
    this.batch = options.batch;
    this.device = options.device;
    this.training = options.training;
    const { graph } = this;
    this.#shapes = new Map([
      [GRAPH_INPUT, graph.input],
      ...graph.nodes.map((node): [string, Shape] => [node.name, node.shape]),
    ]);
    this.#learning = new Set(graph.parameters.flatMap(({ name, role }) => (role === 'weight' ? [name] : [])));
    this.#dependent = dependentValues(graph, this.#learning);
  }

  /** Shape of a value, without the batch axis. */
  shape(name: string): Shape {
    return found(this.#shapes, name);
  }

  /** The batch as a number. @throws Error where it is known only at run time. */
  get batchSize(): number {
    if (typeof this.batch === 'string') throw new Error('this form needs a fixed batch size');
    return this.batch;
  }

  define(name: string, tensor: TensorName, layout: Layout): void {
    this.#values.set(name, { [layout]: tensor });
  }

  /** The layout in which a value was computed: reading it in that one costs nothing. */
  layoutOf(name: string): Layout {
    return found(this.#values, name).nchw === undefined ? 'rows' : 'nchw';
  }

  /** A value in the layout that the reader needs, converted once. */
  value(name: string, layout: Layout): TensorName {
    const placed = found(this.#values, name);
    const tensor = placed[layout] ?? this.#convert(name, found(this.#values, name), layout);
    placed[layout] = tensor;
    return tensor;
  }

  /** Declares the input from which a dropout takes its mask. */
  declareMask(node: Dropout): TensorName {
    this.dropouts.push(node);
    return this.onnx.input(maskInput(node), 'float32', [this.batch, ...node.shape]);
  }

  /** Whether the optimizer changes this weight. */
  learns(weight: string): boolean {
    return this.#learning.has(weight);
  }

  /** Whether this value, or anything before it, learns. */
  needsGradient(name: string): boolean {
    return this.#dependent.has(name);
  }

  /** Adds one reader's share to the gradient of a value. */
  addGradient(name: string, tensor: TensorName, layout: Layout): void {
    const sum = this.#gradients.get(name);
    if (sum === undefined) {
      this.#gradients.set(name, { tensor, layout });
      return;
    }
    const share = this.#convert(name, { [layout]: tensor }, sum.layout);
    this.#gradients.set(name, { tensor: this.onnx.node('Add', [sum.tensor, share]), layout: sum.layout });
  }

  /** The gradient of a value once all its readers have added theirs. */
  gradient(name: string, layout: Layout): TensorName {
    const { tensor, layout: present } = found(this.#gradients, name);
    return this.#convert(name, { [present]: tensor }, layout);
  }

  #convert(name: string, placed: Placed, layout: Layout): TensorName {
    const present = placed[layout];
    if (present !== undefined) return present;
    const source = placed.nchw ?? placed.rows;
    if (source === undefined) throw new Error(`${name} has no tensor`);
    const shape = this.shape(name);
    if (shape.length === 1) return source;
    const { channels, height, width } = imageShape(shape, name);
    const { onnx } = this;
    if (layout === 'rows') {
      const nhwc = onnx.node('Transpose', [source], { perm: [0, 2, 3, 1] });
      return onnx.node('Reshape', [nhwc, onnx.ints([-1, channels])]);
    }
    const nhwc = onnx.node('Reshape', [source, onnx.ints([-1, height, width, channels])]);
    return onnx.node('Transpose', [nhwc], { perm: [0, 3, 1, 2] });
  }
}

function dependentValues(graph: Graph, learning: ReadonlySet<string>): ReadonlySet<string> {
  const owners = new Set([...learning].map((name) => name.slice(0, name.lastIndexOf('.'))));
  const dependent = new Set<string>();
  for (const { name, inputs } of graph.nodes)
    if (owners.has(name) || inputs.some((input) => dependent.has(input))) dependent.add(name);
  return dependent;
}

function found<T>(map: ReadonlyMap<string, T>, name: string): T {
  const entry = map.get(name);
  if (entry === undefined) throw new Error(`nothing was emitted for ${name}`);
  return entry;
}
