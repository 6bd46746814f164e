import type { Graph } from '../graph/graph.ts';
import type { Tensors } from '../models/tensors.ts';

/**
 * What a network runs on. The first five are ONNX Runtime's providers; `tensorflow` is CUDA through libtensorflow, where the
 * optional package is installed.
 */
export type Device = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml' | 'tensorflow';

/** The optimizers, with PyTorch's semantics: SGD and Adam add weight decay to the gradient, AdamW decouples it. */
export type OptimizerSpec =
  | {
      readonly kind: 'sgd';
      readonly momentum: number;
      readonly weightDecay: number;
      /** Looks ahead along the momentum. Default false. */
      readonly nesterov?: boolean;
    }
  | {
      readonly kind: 'adam' | 'adamw';
      readonly weightDecay: number;
      readonly betas?: readonly [number, number];
      readonly epsilon?: number;
    };

/** Parameters that learn at another rate, e.g. ten times as fast for a new head. */
export interface ParameterGroup {
  /** The parameters whose names begin so; each prefix has to name one. */
  readonly prefixes: readonly string[];
  /** Multiplies each step's learning rate. */
  readonly learningRateFactor: number;
  /** Default: the optimizer's. */
  readonly weightDecay?: number;
}

/** `norm`: the 2-norm of all gradients together (`clip_grad_norm_`); `value`: each element (`clip_grad_value_`). */
export interface Clipping {
  readonly kind: 'norm' | 'value';
  readonly max: number;
}

/** One training batch. */
export interface Batch {
  /** [N, 3, H, W], normalised, row-major. */
  readonly images: Float32Array;
  /** [N, …] in the format that the graph's loss asks for (`targetFormat`): class indices or numbers in 0–1. */
  readonly targets: Int32Array | Float32Array;
}

export interface StepOutput {
  /** The loss over the batch, before the update. */
  readonly loss: number;
  /** [N, …] as the graph's output, before the update, with the batch's own statistics. Empty without `logits`. */
  readonly logits: Float32Array;
}

/** A network in training on one device. Parameters and optimizer state stay there between steps. */
export interface Trainer {
  readonly device: Device;
  /** Forward, loss, backward, update. `batch` has exactly `batchSize · accumulate` images. */
  step(batch: Batch, learningRate: number): Promise<StepOutput>;
  /** Logits [count, …] in evaluation mode (running statistics), with the parameters as they are now. */
  evaluate(images: Float32Array, count: number): Promise<Float32Array>;
  /** A copy of parameters and running statistics by torchvision's names, and of the optimizer's state as `optimizer.*`. */
  state(): Promise<Tensors>;
  /** Puts a `state()` back; training then goes on bit for bit. */
  restore(state: Tensors): Promise<void>;
  dispose(): Promise<void>;
}

/** A network for inference: batch norm folded, softmax not included. */
export interface Classifier {
  readonly device: Device;
  /** `images` [count, 3, H, W] normalised → logits [count, …]. Any count ≥ 1. */
  logits(images: Float32Array, count: number): Promise<Float32Array>;
  dispose(): Promise<void>;
}

export interface TrainerOptions {
  readonly graph: Graph;
  /** Initial parameters and running statistics, by torchvision's names. Not kept. */
  readonly parameters: Tensors;
  readonly optimizer: OptimizerSpec;
  /** The first group that names a parameter counts; parameters that none names learn at the step's rate. */
  readonly groups?: readonly ParameterGroup[];
  readonly clipping?: Clipping;
  /** Images per forward and backward pass. */
  readonly batchSize: number;
  /**
   * Passes whose gradients are averaged for one update, so that a large batch fits into a small memory. Each pass has its own
   * batch statistics. Default 1.
   */
  readonly accumulate?: number;
  /** Decides dropout, together with the step's number. Default 0. */
  readonly seed?: number;
  /** Whether steps give their logits. Default true; for segmentation they are large. */
  readonly logits?: boolean;
  readonly device: Device;
  /** Threads of the CPU provider; default: the number of cores. */
  readonly threads?: number;
}
