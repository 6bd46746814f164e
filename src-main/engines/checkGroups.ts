import type { Graph } from '../graph/graph.ts';
import type { ParameterGroup } from './engine.ts';

/**
 * A group that names nothing would change nothing, and nobody would notice that a rate was never used.
 * @throws Error naming the prefixes that no parameter begins with
 */
export function checkGroups({ parameters }: Graph, groups: readonly ParameterGroup[] = []): void {
  const idle = groups
    .flatMap(({ prefixes }) => prefixes)
    .filter((prefix) => !parameters.some(({ name }) => name.startsWith(prefix)));
  if (idle.length > 0)
    throw new Error(`the network has no parameter whose name begins with ${idle.join(' or ')}`);
}
