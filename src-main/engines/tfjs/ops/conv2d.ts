import type { Window } from '../../../graph/shape.ts';
import type { Tensor4D, TensorFlow } from '../tensorflow.ts';
import type { Interpreter } from './interpreter.ts';
import { padded } from './padded.ts';

export const conv2d: Interpreter<'conv2d'> = ({ tf, parameter }, { name, window, groups, bias }, [x]) => {
  const images = padded(tf, x, window.padding, 0);
  const kernel = parameter(`${name}.weight`) as Tensor4D;
  const convolved =
    groups === 1 ? convolve(tf, images, kernel, window) : convolveGroups(tf, images, kernel, window, groups);
  return bias ? tf.add(convolved, parameter(`${name}.bias`)) : convolved;
};

/** Each group of input channels with its own part of the kernel; TensorFlow.js has no grouped convolution. */
function convolveGroups(tf: TensorFlow, images: Tensor4D, kernel: Tensor4D, window: Window, groups: number) {
  const kernels: Tensor4D[] = tf.split(kernel, groups, 3);
  const parts: Tensor4D[] = tf.split(images, groups, 3);
  return tf.concat(
    parts.map((part, i) => convolve(tf, part, kernels[i] as Tensor4D, window)),
    3,
  );
}

/** Without padding. TensorFlow.js has a gradient for strides, but none for dilation. */
function convolve(tf: TensorFlow, images: Tensor4D, kernel: Tensor4D, window: Window): Tensor4D {
  const { stride, dilation } = window;
  if (dilation === 1 || window.kernel === 1) return tf.conv2d(images, kernel, stride, 'valid');
  const dense = dilated(tf, images, kernel, dilation);
  return stride === 1 ? dense : subsampled(tf, dense, stride);
}

/**
 * The pixels that a dilated window sees lie `dilation` apart. All with the same remainder make a small image of their own; these are
 * convolved as one batch with the plain kernel, and put together again.
 */
function dilated(tf: TensorFlow, images: Tensor4D, kernel: Tensor4D, dilation: number): Tensor4D {
  const block = [dilation, dilation];
  const filled = fill(images, dilation);
  const blocks = tf.spaceToBatchND(images, block, filled);
  return tf.batchToSpaceND(tf.conv2d(blocks, kernel, 1, 'valid'), block, filled);
}

/** Every `stride`-th pixel of every `stride`-th row, from the first on: the first image of each block. */
function subsampled(tf: TensorFlow, images: Tensor4D, stride: number): Tensor4D {
  const blocks = tf.spaceToBatchND(images, [stride, stride], fill(images, stride));
  return tf.slice(blocks, 0, images.shape[0]);
}

/** Rows and columns to be added at the end, so that height and width are multiples of `side`. */
function fill({ shape: [, height, width] }: Tensor4D, side: number): [number, number][] {
  return [height, width].map((length) => [0, (side - (length % side)) % side]);
}
