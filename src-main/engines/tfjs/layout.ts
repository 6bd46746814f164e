import { elements } from '../../graph/shape.ts';
import type { Tensor as PlainTensor } from '../../models/tensors.ts';
import type { Tensor, TensorFlow } from './tensorflow.ts';

/*
 * TensorFlow keeps channels last: images [N, H, W, C], kernels [H, W, in, out]. PyTorch's [N, C, H, W] and [out, in, H, W] exist only
 * outside of the engine. Tensors of one or two axes lie the same in both.
 */

const IMAGES_IN = [0, 2, 3, 1];
const IMAGES_OUT = [0, 3, 1, 2];
const KERNEL_IN = [2, 3, 1, 0];
const KERNEL_OUT = [3, 2, 0, 1];

/** [N, C, H, W] or [N, C], row-major → channels last. The values are copied before this returns. */
export function imagesIn(tf: TensorFlow, data: Float32Array, shape: readonly number[]): Tensor {
  return arranged(tf, data, shape, IMAGES_IN);
}

/** Channels last → [N, C, H, W]; [N, C] stays. */
export function imagesOut(tf: TensorFlow, images: Tensor): Tensor {
  return images.rank === 4 ? tf.transpose(images, IMAGES_OUT) : images;
}

/** A parameter, or an optimizer's tensor like it, as the engine keeps it. A copy. */
export function parameterIn(tf: TensorFlow, { data, shape }: PlainTensor): Tensor {
  return arranged(tf, data, shape, KERNEL_IN);
}

/** What `parameterIn` made, in PyTorch's layout. A copy. */
export async function parameterOut(tf: TensorFlow, tensor: Tensor): Promise<PlainTensor> {
  const turned = tensor.rank === 4 ? tf.transpose(tensor, KERNEL_OUT) : tf.clone(tensor);
  try {
    // Backends in JavaScript give the array that they compute with.
    return { shape: turned.shape, data: Float32Array.from(await turned.data()) };
  } finally {
    turned.dispose();
  }
}

function arranged(tf: TensorFlow, data: Float32Array, shape: readonly number[], axes: number[]): Tensor {
  if (data.length !== elements(shape)) throw new Error(`${data.length} values for [${shape.join(', ')}]`);
  // Backends keep the array that they get, and may read it as late as in the next operation.
  if (shape.length !== 4) return tf.tensor(data.slice(), [...shape], 'float32');
  return tf.tidy(() => tf.transpose(tf.tensor(data, [...shape], 'float32'), axes));
}
