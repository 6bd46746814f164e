import type { Interpreter } from './interpreter.ts';

export const dense: Interpreter<'dense'> = ({ tf, parameter }, { name }, [x]) =>
  tf.add(tf.matMul(x, parameter(`${name}.weight`), false, true), parameter(`${name}.bias`));
