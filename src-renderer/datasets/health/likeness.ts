import type { DuplicatePair } from '../../../src-main/contract/values/health.ts';

/** How alike two pictures are, in words. */
export function likeness({ exact, distance }: Pick<DuplicatePair, 'exact' | 'distance'>): string {
  if (exact) return 'the same file';
  return distance === 0 ? 'the same perceptual hash' : `hashes differ in ${distance} of 64 bits`;
}
