import type { Interpreter } from './interpreter.ts';

export const sigmoid: Interpreter<'sigmoid'> = ({ tf }, _node, [x]) => tf.sigmoid(x);
