import type { Interpreter } from './interpreter.ts';

export const relu: Interpreter<'relu'> = ({ tf }, _node, [x]) => tf.relu(x);
