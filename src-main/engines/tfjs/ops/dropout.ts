import type { Interpreter } from './interpreter.ts';

export const dropout: Interpreter<'dropout'> = ({ tf, training, mask }, node, [x]) =>
  training ? tf.mul(x, mask(node)) : x;
