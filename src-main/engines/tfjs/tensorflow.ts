import type * as core from '@tensorflow/tfjs-core';

/** TensorFlow.js as a value: the native package, or its core with a backend in pure JavaScript. */
export type TensorFlow = typeof core;

export type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
