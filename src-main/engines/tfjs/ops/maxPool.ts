import type { Interpreter } from './interpreter.ts';
import { padded } from './padded.ts';

export const maxPool: Interpreter<'maxPool'> = ({ tf }, { window }, [x]) =>
  tf.maxPool(padded(tf, x, window.padding, Number.NEGATIVE_INFINITY), window.kernel, window.stride, 'valid');
