import { Random } from '../base/random.ts';
import type { Dropout } from './ops/dropout.ts';
import { elements } from './shape.ts';

/**
 * What a dropout multiplies its input with in one pass: 0, or 1 / (1 − probability); [batch, ...shape]. The seed, the number of the
 * pass and the node's name decide it, so that every engine drops the same and a resumed run goes on alike.
 */
export function dropoutMask(node: Dropout, batch: number, seed: number, pass: number): Float32Array {
  const random = Random.from(seed, `dropout ${node.name} ${pass}`);
  const kept = 1 / (1 - node.probability);
  return Float32Array.from({ length: batch * elements(node.shape) }, () =>
    random.between(0, 1) < node.probability ? 0 : kept,
  );
}
