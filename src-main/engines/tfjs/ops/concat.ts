import type { Interpreter } from './interpreter.ts';

/** Channels are the last axis. */
export const concat: Interpreter<'concat'> = ({ tf }, _node, inputs) => tf.concat([...inputs], -1);
