import type { Interpreter } from './interpreter.ts';

/** Channels are the last axis. */
export const softmax: Interpreter<'softmax'> = ({ tf }, { log }, [x]) =>
  log ? tf.logSoftmax(x, -1) : tf.softmax(x, -1);
