import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
// The core's bundle for Node has no gradients in it.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import type { TensorFlow } from '../../src-main/engines/tfjs/tensorflow.ts';

/** TensorFlow.js in pure JavaScript: slow, and independent of everything native. */
export async function pureTensorflow(): Promise<TensorFlow> {
  tf.env().set('IS_TEST', true); // it would recommend its native package
  await tf.setBackend('cpu');
  return tf;
}
