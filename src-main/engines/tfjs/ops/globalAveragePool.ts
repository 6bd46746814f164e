import type { Interpreter } from './interpreter.ts';

export const globalAveragePool: Interpreter<'globalAveragePool'> = ({ tf }, _node, [x]) => tf.mean(x, [1, 2]);
