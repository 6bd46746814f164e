import type { Add } from './ops/add.ts';
import type { AveragePool } from './ops/averagePool.ts';
import type { BatchNorm } from './ops/batchNorm.ts';
import type { Concat } from './ops/concat.ts';
import type { Conv2d } from './ops/conv2d.ts';
import type { Dense } from './ops/dense.ts';
import type { Dropout } from './ops/dropout.ts';
import type { GlobalAveragePool } from './ops/globalAveragePool.ts';
import type { MaxPool } from './ops/maxPool.ts';
import type { Relu } from './ops/relu.ts';
import type { ResizeBilinear } from './ops/resizeBilinear.ts';
import type { Sigmoid } from './ops/sigmoid.ts';
import type { Softmax } from './ops/softmax.ts';
import type { Shape } from './shape.ts';

/** What every node has. Its parameters are named after it: `<name>.weight`, `<name>.bias` … */
export interface NodeBase {
  /** Unique in the graph; also the name of the value that the node computes. torchvision's module path where it has one. */
  readonly name: string;
  /** Names of the values it reads: earlier nodes, or the graph's input. */
  readonly inputs: readonly string[];
  /** Of the value it computes. */
  readonly shape: Shape;
}

/** Every operation of the IR. A new one: a file in ops/, a line here, and an emitter in each engine. */
export type Node =
  | Conv2d
  | BatchNorm
  | Relu
  | Sigmoid
  | Softmax
  | Add
  | Concat
  | MaxPool
  | AveragePool
  | GlobalAveragePool
  | ResizeBilinear
  | Dropout
  | Dense;

export type OpKind = Node['op'];
export type NodeOf<K extends OpKind> = Extract<Node, { op: K }>;
