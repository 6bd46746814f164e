/** How the names of a head's parameters begin: a ResNet's classifier, DeepLab's pyramid. */
const HEAD_PREFIXES: readonly string[] = ['fc.', 'layer5.'];

/** Whether a parameter belongs to the task; everything else, batch-norm statistics included, is the backbone. */
export function isHead(name: string): boolean {
  return HEAD_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** The prefixes of a network's head, for a group that learns at a rate of its own. */
export function headPrefixes(parameters: readonly { readonly name: string }[]): readonly string[] {
  return HEAD_PREFIXES.filter((prefix) => parameters.some(({ name }) => name.startsWith(prefix)));
}
