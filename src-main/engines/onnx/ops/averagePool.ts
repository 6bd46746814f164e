import type { Emitter } from './emitter.ts';

export const averagePool: Emitter<'averagePool'> = (_e, node) => {
  throw new Error(`${node.name}: averagePool is not emitted yet`);
};
