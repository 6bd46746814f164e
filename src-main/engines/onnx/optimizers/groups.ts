import type { OptimizerSpec, ParameterGroup } from '../../engine.ts';
import type { Optimizer } from './optimizer.ts';
import { optimizerOf } from './registry.ts';

/** Parameters that share a learning rate and a weight decay. */
export interface OptimizerGroup {
  readonly optimizer: Optimizer;
  /** Names of the update's scalar inputs that are this group's. */
  readonly scalars: readonly string[];
  /** Values of `scalars` in step `step` (1, 2, …). */
  scalarValues(learningRate: number, step: number): readonly number[];
  has(parameter: string): boolean;
}

/** The groups in the order in which they are asked for a parameter; the last takes every one. */
export function optimizerGroups(
  spec: OptimizerSpec,
  groups: readonly ParameterGroup[] = [],
): readonly OptimizerGroup[] {
  const others: ParameterGroup = { prefixes: [''], learningRateFactor: 1 };
  return [...groups, others].map(({ prefixes, learningRateFactor, weightDecay = spec.weightDecay }, i) => {
    const optimizer = optimizerOf({ ...spec, weightDecay });
    return {
      optimizer,
      scalars: optimizer.scalars.map((scalar) => `${scalar}.${i}`),
      scalarValues: (learningRate, step) => optimizer.scalarValues(learningRate * learningRateFactor, step),
      has: (parameter) => prefixes.some((prefix) => parameter.startsWith(prefix)),
    };
  });
}

/** The first group that names the parameter. */
export function groupOf(groups: readonly OptimizerGroup[], parameter: string): OptimizerGroup {
  const group = groups.find(({ has }) => has(parameter));
  if (group === undefined) throw new Error(`${parameter} is in no group`);
  return group;
}
