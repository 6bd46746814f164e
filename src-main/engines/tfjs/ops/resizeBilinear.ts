import { bilinearMatrix } from '../../../graph/bilinear.ts';
import { imageShape } from '../../../graph/shape.ts';
import type { Interpreter } from './interpreter.ts';

/**
 * One product with a constant matrix per axis. `tf.image.resizeBilinear` computes the same, but its gradient in JavaScript knows only
 * one of the corner conventions, and the native one adds in an order that changes from run to run.
 */
export const resizeBilinear: Interpreter<'resizeBilinear'> = ({ tf }, node, [x]) => {
  const [batch = 0, fromHeight = 0, fromWidth = 0, channels = 0] = x.shape;
  const { height, width } = imageShape(node.shape, node.name);
  const matrix = (to: number, from: number) =>
    tf.tensor2d(bilinearMatrix(from, to, node.alignCorners), [to, from]);

  const rows = tf.reshape(tf.transpose(x, [1, 0, 2, 3]), [fromHeight, -1]);
  const vertical = tf.reshape(tf.matMul(matrix(height, fromHeight), rows), [
    height,
    batch,
    fromWidth,
    channels,
  ]);
  const columns = tf.reshape(tf.transpose(vertical, [2, 0, 1, 3]), [fromWidth, -1]);
  const resized = tf.reshape(tf.matMul(matrix(width, fromWidth), columns), [width, height, batch, channels]);
  return tf.transpose(resized, [2, 1, 0, 3]);
};
