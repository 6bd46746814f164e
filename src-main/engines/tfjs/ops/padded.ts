import type { Tensor, Tensor4D, TensorFlow } from '../tensorflow.ts';

/**
 * Images with `padding` rows and columns of `value` on each side, as PyTorch pads. TensorFlow's 'same' would pad unevenly, and its
 * native gradients know no explicit padding.
 */
export function padded(tf: TensorFlow, images: Tensor, padding: number, value: number): Tensor4D {
  if (padding === 0) return images as Tensor4D;
  const side: [number, number] = [padding, padding];
  return tf.pad(images as Tensor4D, [[0, 0], side, side, [0, 0]], value);
}
