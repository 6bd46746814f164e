import type { LossEmitter } from './emitter.ts';

export const binaryCrossEntropy: LossEmitter<'binaryCrossEntropy'> = () => {
  throw new Error('binaryCrossEntropy is not emitted yet');
};
