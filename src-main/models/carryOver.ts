import { UserError } from '../base/errors.ts';
import { isHead } from './heads.ts';
import type { Tensors } from './tensors.ts';

export interface CarryOver {
  /** `fresh` with the source's backbone in place of its own. */
  readonly parameters: Tensors;
  /** Names taken from the source. */
  readonly carried: readonly string[];
  /** Names of the source that were left behind: its head, its optimizer, its counters. */
  readonly left: readonly string[];
  /** Names that keep their fresh values: the new head. */
  readonly fresh: readonly string[];
}

/** Problems listed by name; beyond these only their number is told. */
const LISTED = 5;

/**
 * Starts a network from another's backbone, whatever the heads of the two are: classifier, several labels, segmentation, none.
 * @param fresh initial tensors of the new network
 * @param source tensors by torchvision's names, e.g. of another run or ImageNet weights
 * @throws UserError listing the backbone tensors that are missing in `source`, have another shape there, or have no place in
 * `fresh` (so a deeper network never passes for a shallower one).
 */
export function carryOver(fresh: Tensors, source: Tensors): CarryOver {
  const backbone = [...fresh.keys()].filter((name) => !isHead(name));
  const problems = [
    ...backbone.flatMap((name) => problemWith(name, fresh, source)),
    ...[...source.keys()]
      .filter((name) => isBackbone(name) && !fresh.has(name))
      .map((name) => `${name} is too many`),
  ];
  if (problems.length > 0) {
    const more = problems.length > LISTED ? `, and ${problems.length - LISTED} more` : '';
    throw new UserError(
      `they do not fit this network (${problems.slice(0, LISTED).join('; ')}${more}); depth and width must be the same`,
    );
  }
  const parameters = new Map(
    [...fresh].map(([name, tensor]) => [name, isHead(name) ? tensor : (source.get(name) ?? tensor)]),
  );
  return {
    parameters,
    carried: backbone,
    left: [...source.keys()].filter((name) => isHead(name) || !fresh.has(name)),
    fresh: [...fresh.keys()].filter(isHead),
  };
}

/** PyTorch counts batches in each batch norm; the count decides nothing. */
function isBackbone(name: string): boolean {
  return /^(conv1|bn1|layer[1-4])\./.test(name) && !name.endsWith('.num_batches_tracked');
}

function problemWith(name: string, fresh: Tensors, source: Tensors): string[] {
  const [wanted, given] = [fresh.get(name)?.shape ?? [], source.get(name)?.shape];
  if (given === undefined) return [`${name} is missing`];
  if (given.join() === wanted.join()) return [];
  return [`${name} is [${given.join(', ')}] instead of [${wanted.join(', ')}]`];
}
