import { UserError } from '../base/errors.ts';
import { isHead } from './heads.ts';
import { listed } from './listed.ts';
import { misfits } from './misfits.ts';
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

/**
 * Starts a network from another's backbone, whatever the heads of the two are: classifier, several labels, segmentation, none.
 * @param fresh initial tensors of the new network
 * @param source tensors by torchvision's names, e.g. of another run or ImageNet weights
 * @throws UserError listing the backbone tensors that are missing in `source`, have another shape there, or have no place in
 * `fresh` (so a deeper network never passes for a shallower one).
 */
export function carryOver(fresh: Tensors, source: Tensors): CarryOver {
  const backbone = [...fresh.keys()].filter((name) => !isHead(name));
  const problems = misfits(
    backbone.map((name) => ({ name, shape: fresh.get(name)?.shape ?? [] })),
    source,
  );
  if (problems.length > 0)
    throw new UserError(
      `they do not fit this network (${listed(problems, '; ')}); depth and width must be the same`,
    );
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
