import type { OptimizerSpec } from '../../engine.ts';
import type { TensorFlow } from '../tensorflow.ts';
import { adam } from './adam.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

export function optimizerOf(tf: TensorFlow, spec: OptimizerSpec): Optimizer {
  return spec.kind === 'sgd' ? sgd(tf, spec) : adam(tf, spec);
}
