import type { OptimizerSpec } from '../../engine.ts';
import { adam } from './adam.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

export function optimizerOf(spec: OptimizerSpec): Optimizer {
  return spec.kind === 'sgd' ? sgd(spec) : adam(spec);
}
