import { foldIntoGemm } from './foldIntoGemm.ts';
import {
  ATTRIBUTE_TYPES,
  DATA_TYPES,
  encodeModel,
  type AttributeProto,
  type ElementType,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './schema.ts';

/** Version of the standard operators that every graph of Tessera uses (ONNX 1.13, ONNX Runtime 1.14 and later). */
const OPSET = 18;
const IR_VERSION = 8;

/** A floating-point attribute; a plain number is an integer attribute. */
export interface FloatAttribute {
  readonly float: number;
}

export type Attributes = Readonly<Record<string, number | string | readonly number[] | FloatAttribute>>;

/** The name of a tensor in the ONNX graph. */
export type TensorName = string;

/** An axis: its size, or the name of a size that is known only at run time. */
export type Axis = number | string;

/** Collects the nodes of an ONNX graph, each of which names its own output; then gives the model file's bytes. */
export class OnnxGraph {
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  /** Tensor of a node → name of the output that it is. */
  readonly #outputNames = new Map<TensorName, TensorName>();
  readonly #scalars = new Map<TensorName, number>();
  readonly #constants = new Map<string, TensorName>();

  input(name: TensorName, type: ElementType, shape: readonly Axis[]): TensorName {
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  /**
   * Makes `tensor` an output of the graph under `name`: the node that computes it is told to write there, since ONNX Runtime
   * would carry out an `Identity` as a copy. Each tensor can be one output.
   */
  output(name: TensorName, tensor: TensorName, type: ElementType, shape: readonly Axis[]): void {
    if (this.#outputNames.has(tensor)) throw new Error(`${tensor} is already an output`);
    this.#outputNames.set(tensor, name);
    this.#outputs.push(valueInfo(name, type, shape));
  }

  /** An operator with one output. */
  node(op: string, inputs: readonly TensorName[], attributes: Attributes = {}): TensorName {
    const output = this.#fresh(op);
    this.#push(op, inputs, [output], attributes);
    return output;
  }

  /** A standard operator with several outputs. */
  nodes(op: string, inputs: readonly TensorName[], attributes: Attributes, outputs: number): TensorName[] {
    const names = Array.from({ length: outputs }, (_, i) => `${this.#fresh(op)}_${i}`);
    this.#push(op, inputs, names, attributes);
    return names;
  }

  /** A stored float32 tensor, such as a weight. */
  weight(name: TensorName, shape: readonly number[], data: Float32Array): TensorName {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push({ name, dims: [...shape], dataType: DATA_TYPES.float32, rawData });
    return name;
  }

  /** A constant scalar, or a tensor of the given shape. Equal constants are stored once. */
  floats(values: readonly number[] | number, shape?: readonly number[]): TensorName {
    const list = typeof values === 'number' ? [values] : values;
    const dims = shape ?? (typeof values === 'number' ? [] : [values.length]);
    const name = this.#constant('float32', Float32Array.from(list), dims);
    if (list.length === 1) this.#scalars.set(name, list[0] as number);
    return name;
  }

  /** A constant list of 64-bit integers: axes, shapes, offsets. */
  ints(values: readonly number[]): TensorName {
    return this.#constant('int64', BigInt64Array.from(values, BigInt), [values.length]);
  }

  int32s(values: readonly number[], shape: readonly number[]): TensorName {
    return this.#constant('int32', Int32Array.from(values), shape);
  }

  /** The bytes of an .onnx file. */
  model(name: string, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    const nodes = foldIntoGemm({
      nodes: this.#nodes,
      scalars: this.#scalars,
      outputs: new Set(this.#outputNames.keys()),
    });
    return encodeModel({
      irVersion: IR_VERSION,
      producerName: 'Tessera',
      opsetImport: [{ domain: '', version: OPSET }],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name,
        node: nodes.map((node) => this.#renamed(node)),
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    });
  }

  #renamed(node: NodeProto): NodeProto {
    const rename = (tensor: TensorName) => this.#outputNames.get(tensor) ?? tensor;
    return { ...node, input: node.input.map(rename), output: node.output.map(rename) };
  }

  #push(opType: string, input: readonly TensorName[], output: TensorName[], attributes: Attributes): void {
    const attribute = Object.entries(attributes).map(([key, value]) => attributeProto(key, value));
    this.#nodes.push({ opType, name: output[0] ?? opType, input: [...input], output, attribute });
  }

  #constant(
    type: ElementType,
    data: Float32Array | BigInt64Array | Int32Array,
    dims: readonly number[],
  ): TensorName {
    const key = `${type}[${dims.join()}]${data.join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = `const_${this.#constants.size}`;
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push({ name, dims: [...dims], dataType: DATA_TYPES[type], rawData });
    this.#constants.set(key, name);
    return name;
  }

  #fresh(op: string): TensorName {
    return `${op}_${this.#nodes.length}`;
  }
}

function valueInfo(name: string, type: ElementType, shape: readonly Axis[]): ValueInfoProto {
  const dim = shape.map((axis) => (typeof axis === 'number' ? { dimValue: axis } : { dimParam: axis }));
  return { name, type: { tensorType: { elemType: DATA_TYPES[type], shape: { dim } } } };
}

function attributeProto(name: string, value: Attributes[string]): AttributeProto {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPES.i, i: value };
  if (typeof value === 'string') return { name, type: ATTRIBUTE_TYPES.s, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: ATTRIBUTE_TYPES.f, f: value.float };
  return { name, type: ATTRIBUTE_TYPES.ints, ints: [...value] };
}
