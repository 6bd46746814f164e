import type { Emitter } from './emitter.ts';

export const concat: Emitter<'concat'> = (_e, node) => {
  throw new Error(`${node.name}: concat is not emitted yet`);
};
