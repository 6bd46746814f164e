import protobuf from 'protobufjs';

/*
 * The part of ONNX's protobuf schema (onnx/onnx.proto, IR version 8) that Tessera writes and reads, as reflection
 * descriptors. Field numbers are ONNX's; fields that are not listed are skipped when a foreign file is read.
 */

const repeated = 'repeated' as const;

const root = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: { id: 1, type: 'int64' },
        producerName: { id: 2, type: 'string' },
        graph: { id: 7, type: 'Graph' },
        opsetImport: { id: 8, type: 'OperatorSet', rule: repeated },
        metadataProps: { id: 14, type: 'Entry', rule: repeated },
      },
    },
    OperatorSet: { fields: { domain: { id: 1, type: 'string' }, version: { id: 2, type: 'int64' } } },
    Entry: { fields: { key: { id: 1, type: 'string' }, value: { id: 2, type: 'string' } } },
    Graph: {
      fields: {
        node: { id: 1, type: 'Node', rule: repeated },
        name: { id: 2, type: 'string' },
        initializer: { id: 5, type: 'Tensor', rule: repeated },
        input: { id: 11, type: 'ValueInfo', rule: repeated },
        output: { id: 12, type: 'ValueInfo', rule: repeated },
      },
    },
    Node: {
      fields: {
        input: { id: 1, type: 'string', rule: repeated },
        output: { id: 2, type: 'string', rule: repeated },
        name: { id: 3, type: 'string' },
        opType: { id: 4, type: 'string' },
        attribute: { id: 5, type: 'Attribute', rule: repeated },
      },
    },
    Attribute: {
      fields: {
        name: { id: 1, type: 'string' },
        f: { id: 2, type: 'float' },
        i: { id: 3, type: 'int64' },
        s: { id: 4, type: 'bytes' },
        ints: { id: 8, type: 'int64', rule: repeated },
        type: { id: 20, type: 'int32' },
      },
    },
    Tensor: {
      fields: {
        dims: { id: 1, type: 'int64', rule: repeated },
        dataType: { id: 2, type: 'int32' },
        name: { id: 8, type: 'string' },
        rawData: { id: 9, type: 'bytes' },
      },
    },
    ValueInfo: { fields: { name: { id: 1, type: 'string' }, type: { id: 2, type: 'ValueType' } } },
    ValueType: { fields: { tensorType: { id: 1, type: 'TensorType' } } },
    TensorType: { fields: { elemType: { id: 1, type: 'int32' }, shape: { id: 2, type: 'Shape' } } },
    Shape: { fields: { dim: { id: 1, type: 'Dimension', rule: repeated } } },
    Dimension: {
      fields: { dimValue: { id: 1, type: 'int64' }, dimParam: { id: 2, type: 'string' } },
      oneofs: { value: { oneof: ['dimValue', 'dimParam'] } },
    },
  },
});

const Model = root.lookupType('Model');

/** TensorProto.DataType of the element types in use. */
export const DATA_TYPES = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof DATA_TYPES;

/** AttributeProto.AttributeType of the attribute kinds in use. */
export const ATTRIBUTE_TYPES = { f: 1, i: 2, s: 3, ints: 7 } as const;

export interface AttributeProto {
  name: string;
  type: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  ints?: number[];
}

export interface NodeProto {
  opType: string;
  name: string;
  input: string[];
  output: string[];
  attribute: AttributeProto[];
}

export interface TensorProto {
  name: string;
  dims: number[];
  dataType: number;
  /** Little-endian elements. */
  rawData: Uint8Array;
}

export interface ValueInfoProto {
  name: string;
  type: {
    tensorType: { elemType: number; shape: { dim: ({ dimValue: number } | { dimParam: string })[] } };
  };
}

export interface ModelProto {
  irVersion: number;
  producerName: string;
  opsetImport: { domain: string; version: number }[];
  metadataProps: { key: string; value: string }[];
  graph: {
    name: string;
    node: NodeProto[];
    initializer: TensorProto[];
    input: ValueInfoProto[];
    output: ValueInfoProto[];
  };
}

export function encodeModel(model: ModelProto): Uint8Array {
  return Model.encode(model).finish();
}

/** @throws Error where the bytes are not protobuf of this shape. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  const message = Model.decode(bytes);
  // `longs: Number` is safe, since ONNX's 64-bit fields here are versions and sizes.
  return Model.toObject(message, { longs: Number, defaults: true }) as ModelProto;
}
