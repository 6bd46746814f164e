import type { Emitter } from './emitter.ts';

export const sigmoid: Emitter<'sigmoid'> = (_e, node) => {
  throw new Error(`${node.name}: sigmoid is not emitted yet`);
};
