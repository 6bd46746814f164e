import type { Tensors } from '../models/tensors.ts';
import type { Graph } from '../graph/graph.ts';

/** The optimizers, with PyTorch's semantics: weight decay is added to the gradient. */
export type OptimizerSpec =
  | { kind: 'sgd'; momentum: number; weightDecay: number }
  | { kind: 'adam'; weightDecay: number; betas?: readonly [number, number]; epsilon?: number };

/** One training batch. */
export interface Batch {
  /** [N, 3, H, W], normalised, row-major. */
  readonly images: Float32Array;
  /** [N], class indices. */
  readonly targets: Int32Array;
}

export interface StepOutput {
  /** Mean cross-entropy over the batch, before the update. */
  readonly loss: number;
  /** [N, classes], before the update, with the batch's own statistics. */
  readonly logits: Float32Array;
}

/** A network in training on one device. Parameters and optimizer state stay there between steps. */
export interface Trainer {
  readonly device: 'cpu' | 'webgpu';
  /** Forward, loss, backward, update. `batch` has exactly the batch size that the trainer was made for. */
  step(batch: Batch, learningRate: number): Promise<StepOutput>;
  /** Logits [count, classes] in evaluation mode (running statistics), with the parameters as they are now. */
  evaluate(images: Float32Array, count: number): Promise<Float32Array>;
  /** A copy of parameters and running statistics by torchvision's names, and of the optimizer's state as `optimizer.*`. */
  state(): Promise<Tensors>;
  /** Puts a `state()` back; training then goes on bit for bit. */
  restore(state: Tensors): Promise<void>;
  dispose(): Promise<void>;
}

/** A network for inference: batch norm folded, softmax not included. */
export interface Classifier {
  readonly device: 'cpu' | 'webgpu';
  /** `images` [count, 3, H, W] normalised → logits [count, classes]. Any count ≥ 1. */
  logits(images: Float32Array, count: number): Promise<Float32Array>;
  dispose(): Promise<void>;
}

export interface TrainerOptions {
  readonly graph: Graph;
  /** Initial parameters and running statistics, by torchvision's names. */
  readonly parameters: Tensors;
  readonly optimizer: OptimizerSpec;
  readonly batchSize: number;
  readonly device: 'cpu' | 'webgpu';
  /** Threads of the CPU provider; default: the number of cores. */
  readonly threads?: number;
}
