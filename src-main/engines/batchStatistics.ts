import { UserError } from '../base/errors.ts';
import type { Graph } from '../graph/graph.ts';
import { elements } from '../graph/shape.ts';

/**
 * Where there is one value per channel, the batch's variance says nothing, and the unbiased one divides by zero.
 * @throws UserError naming the batch norm for which that is so
 */
export function refuseSingleValues({ nodes }: Graph, batchSize: number): void {
  const single = nodes.find(
    (node) =>
      node.op === 'batchNorm' && !node.frozen && (batchSize * elements(node.shape)) / node.channels < 2,
  );
  if (single)
    throw new UserError(
      'Batch norm cannot learn from a single value per channel. Choose a larger batch or larger images.',
      single.name,
    );
}
