/** The shape of one sample, without the batch axis: [channels, height, width] or [features]. */
export type Shape = readonly number[];

/** A shape of three axes. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Reads a shape as an image's.
 * @throws Error naming `node` when the shape has not three axes.
 */
export function imageShape(shape: Shape, node: string): ImageShape {
  const [channels, height, width] = shape;
  if (shape.length !== 3 || channels === undefined || height === undefined || width === undefined)
    throw new Error(`${node}: needs [channels, height, width], got [${shape.join(', ')}]`);
  return { channels, height, width };
}

/** Number of elements. */
export function elements(shape: Shape): number {
  return shape.reduce((product, axis) => product * axis, 1);
}

/** How a window slides over an image; the same on both axes, in pixels. */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

/**
 * Output side of a sliding window, rounded down as in PyTorch.
 * @throws Error naming `node` when the window is larger than the padded input.
 */
export function windowedSide(side: number, window: Window, node: string): number {
  const { kernel, stride, padding, dilation } = window;
  const reach = dilation * (kernel - 1) + 1;
  const free = side + 2 * padding - reach;
  if (free < 0)
    throw new Error(`${node}: a window of ${reach} px does not fit into ${side} px padded by ${padding}`);
  return Math.floor(free / stride) + 1;
}

export interface PoolOptions {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** @throws Error naming `node` when a window could lie wholly inside the padding, as PyTorch does. */
export function pooledWindow(options: PoolOptions, node: string): Window {
  const { kernel, padding } = options;
  if (2 * padding > kernel)
    throw new Error(`${node}: padding ${padding} is more than half of the kernel ${kernel}`);
  return { ...options, dilation: 1 };
}
