/** A dense float32 tensor, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Named tensors: a state dict in PyTorch's words. */
export type Tensors = ReadonlyMap<string, Tensor>;
