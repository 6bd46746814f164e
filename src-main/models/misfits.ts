import type { Tensors } from './tensors.ts';

interface Wanted {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * What of `given` does not fit a network, in words: tensors that are missing or have another shape, and parts of a backbone that have
 * no place in it (so a deeper network never passes for a shallower one). Other names are let pass: another head, a counter.
 */
export function misfits(wanted: readonly Wanted[], given: Tensors): string[] {
  const names = new Set(wanted.map(({ name }) => name));
  const tooMany = [...given.keys()].filter((name) => isBackbone(name) && !names.has(name));
  return [
    ...wanted.flatMap((each) => problemWith(each, given.get(each.name)?.shape)),
    ...tooMany.map((name) => `${name} is too many`),
  ];
}

function problemWith({ name, shape }: Wanted, given: readonly number[] | undefined): string[] {
  if (given === undefined) return [`${name} is missing`];
  if (given.join() === shape.join()) return [];
  return [`${name} is [${given.join(', ')}] instead of [${shape.join(', ')}]`];
}

/** PyTorch counts batches in each batch norm; the count decides nothing. */
function isBackbone(name: string): boolean {
  return /^(conv1|bn1|layer[1-4])\./.test(name) && !name.endsWith('.num_batches_tracked');
}
