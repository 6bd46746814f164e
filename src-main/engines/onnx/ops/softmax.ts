import type { Emitter } from './emitter.ts';

export const softmax: Emitter<'softmax'> = (_e, node) => {
  throw new Error(`${node.name}: softmax is not emitted yet`);
};
