/**
 * How the names of a head's parameters begin: a ResNet's classifier, DeepLab's pyramid. The head belongs to the task; everything
 * else, batch-norm statistics included, is the backbone. Also the prefixes of a group that learns at a rate of its own.
 */
export const HEAD_PREFIXES: readonly string[] = ['fc.', 'layer5.'];

export function isHead(name: string): boolean {
  return HEAD_PREFIXES.some((prefix) => name.startsWith(prefix));
}
