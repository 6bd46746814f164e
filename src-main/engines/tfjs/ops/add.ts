import type { Interpreter } from './interpreter.ts';

export const add: Interpreter<'add'> = ({ tf }, _node, inputs) => inputs.reduce((sum, x) => tf.add(sum, x));
