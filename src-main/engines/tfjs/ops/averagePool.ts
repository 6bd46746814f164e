import type { Interpreter } from './interpreter.ts';
import { padded } from './padded.ts';

export const averagePool: Interpreter<'averagePool'> = ({ tf }, { window }, [x]) =>
  tf.avgPool(padded(tf, x, window.padding, 0), window.kernel, window.stride, 'valid');
