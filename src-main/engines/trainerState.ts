import { UserError } from '../base/errors.ts';
import type { Tensor, Tensors } from '../models/tensors.ts';

/** The optimizer's count of steps, among the tensors of a trainer's `state()`: one number. */
export const STEP = 'optimizer.step';

/** The tensors that an engine wants, in the order wanted. @throws UserError where one is missing or has another shape. */
export function fitting<Wanted extends { readonly name: string; readonly shape: readonly number[] }>(
  tensors: Tensors,
  wanted: readonly Wanted[],
): (Wanted & { readonly tensor: Tensor })[] {
  return wanted.map((entry) => {
    const { name, shape } = entry;
    const tensor = tensors.get(name);
    if (tensor?.shape.join() !== shape.join())
      throw new UserError(
        `These weights do not fit the network: ${name} is ${tensor ? `[${tensor.shape.join(', ')}]` : 'missing'}, ` +
          `and should be [${shape.join(', ')}]. Choose a file that was made with the same network and optimizer.`,
      );
    return { ...entry, tensor };
  });
}
