import type { Emitter } from './emitter.ts';

export const resizeBilinear: Emitter<'resizeBilinear'> = (_e, node) => {
  throw new Error(`${node.name}: resizeBilinear is not emitted yet`);
};
