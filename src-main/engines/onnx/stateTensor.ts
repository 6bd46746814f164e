import type { Parameter } from '../../graph/parameter.ts';
import type { Storage } from './storage.ts';

/** A tensor that lives from step to step. It is an input of the models that read it. */
export interface StateTensor {
  /** A parameter's name, `optimizer.<slot>.<parameter>`, or `accumulated.<parameter>`. */
  readonly name: string;
  /** In PyTorch's layout. */
  readonly shape: readonly number[];
  readonly storage: Storage;
  /** Of the parameter. Frozen tensors are inputs only. */
  readonly role: Parameter['role'];
}

/** The output that is the tensor's new value. */
export const stateOutput = (name: string): string => `new.${name}`;
