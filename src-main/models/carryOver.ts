import { UserError } from '../base/errors.ts';
import type { Tensors } from './tensors.ts';

export interface CarryOver {
  /** `fresh` with the source's backbone in place of its own. */
  readonly parameters: Tensors;
  /** Names taken from the source. */
  readonly carried: readonly string[];
  /** Names of the source that were left behind: its classifier, its optimizer, its counters. */
  readonly left: readonly string[];
  /** Names that keep their fresh values: the classifier. */
  readonly fresh: readonly string[];
}

/** The classifier belongs to the task; everything else, batch-norm statistics included, is the backbone. */
const isClassifier = (name: string): boolean => name.startsWith('fc.');

/** Problems listed by name; beyond these only their number is told. */
const LISTED = 5;

/**
 * Starts a network from another's backbone.
 * @param fresh initial tensors of the new network
 * @param source tensors by torchvision's names, e.g. of another run or ImageNet weights
 * @throws UserError listing the backbone tensors that are missing in `source` or have another shape there.
 */
export function carryOver(fresh: Tensors, source: Tensors): CarryOver {
  const backbone = [...fresh.keys()].filter((name) => !isClassifier(name));
  const problems = backbone.flatMap((name) => problemWith(name, fresh, source));
  if (problems.length > 0) {
    const more = problems.length > LISTED ? `, and ${problems.length - LISTED} more` : '';
    throw new UserError(
      `they do not fit this network (${problems.slice(0, LISTED).join('; ')}${more}); depth and width must be the same`,
    );
  }
  const parameters = new Map(
    [...fresh].map(([name, tensor]) => [name, isClassifier(name) ? tensor : (source.get(name) ?? tensor)]),
  );
  return {
    parameters,
    carried: backbone,
    left: [...source.keys()].filter((name) => isClassifier(name) || !fresh.has(name)),
    fresh: [...fresh.keys()].filter(isClassifier),
  };
}

function problemWith(name: string, fresh: Tensors, source: Tensors): string[] {
  const [wanted, given] = [fresh.get(name)?.shape ?? [], source.get(name)?.shape];
  if (given === undefined) return [`${name} is missing`];
  if (given.join() === wanted.join()) return [];
  return [`${name} is [${given.join(', ')}] instead of [${wanted.join(', ')}]`];
}
