import type { Tensors } from '../models/tensors.ts';

/** Parameters and running statistics out of an engine's state, without what belongs to the optimizer. */
export function parametersOf(state: Tensors): Tensors {
  return new Map([...state].filter(([name]) => !name.startsWith('optimizer.')));
}
