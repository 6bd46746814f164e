import { Random } from '../../src-main/base/random.ts';

/** Copies of a file that end early, at places spread over its whole length. */
export function truncations(bytes: Uint8Array, count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(bytes.subarray(0, Math.floor((bytes.length * i) / count))),
  );
}

/** Copies of a file with one bit turned. */
export function bitFlips(bytes: Uint8Array, count: number, seed = 1): Buffer[] {
  const random = Random.from(seed, 'damage');
  return Array.from({ length: count }, () => {
    const copy = Buffer.from(bytes);
    const at = random.integer(copy.length);
    copy[at]! ^= 1 << random.integer(8);
    return copy;
  });
}

/** Bytes without any sense. */
export function noiseBytes(count: number, length: number, seed = 1): Buffer[] {
  const random = Random.from(seed, 'noise');
  return Array.from({ length: count }, () =>
    Buffer.from(Array.from({ length: random.integer(length) + 1 }, () => random.integer(256))),
  );
}
