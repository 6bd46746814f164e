import { GRID } from './structure.ts';

/** 64 bits as two unsigned 32-bit numbers. */
export type PerceptualHash = readonly [high: number, low: number];

const HASH_BITS = 64;

/**
 * Hashes at most this many bits apart count as near duplicates. Of 2.5 million pairs of colon tiles (224 px, H&E) three are as close, and
 * all three show overlapping cuts of one place; the next is 13 apart. Kather 2016's tiles are 16 apart and more. Such a colon tile moves
 * by at most 3 bits when it is saved as JPEG of quality 25, halved, brightened by 10 % or blurred, and by at most 9 when 2 % are cropped
 * off each side; pale ones, with little structure, move by more.
 */
export const NEAR = 10;

/** The 64 lowest frequencies without the mean, along the diagonals: [vertical, horizontal]. */
const FREQUENCIES: readonly (readonly [number, number])[] = Array.from({ length: GRID }, (_, sum) =>
  Array.from({ length: sum + 1 }, (_, u) => [sum - u, u] as const),
)
  .flat()
  .slice(1, HASH_BITS + 1);

const HIGHEST = Math.max(...FREQUENCIES.map(([v]) => v));

/** cos((2x + 1) k pi / 2 GRID): the rows of the discrete cosine transform (DCT-II) but for their scale. */
const COSINES = Array.from({ length: HIGHEST + 1 }, (_, k) =>
  Float64Array.from({ length: GRID }, (_, x) => Math.cos(((2 * x + 1) * k * Math.PI) / (2 * GRID))),
);

/**
 * A perceptual hash (pHash; Zauner 2010, "Implementation and benchmarking of perceptual image hash functions"): the signs of the lowest
 * frequencies of the discrete cosine transform. Brightness and contrast do not enter, and neither do size and compression, which
 * touch the high frequencies. Mirrored and turned pictures hash differently.
 * @param cells [GRID, GRID] luminance, as `structure` gives it
 */
export function perceptualHash(cells: Float64Array): PerceptualHash {
  const horizontal = COSINES.map((cosine) =>
    Float64Array.from({ length: GRID }, (_, y) => dot(cells, y * GRID, cosine)),
  );
  let [high, low] = [0, 0];
  for (const [bit, [v, u]] of FREQUENCIES.entries()) {
    const [row, cosine] = [horizontal[u], COSINES[v]];
    const positive = row && cosine && dot(row, 0, cosine) > 0 ? 1 : 0;
    if (bit < 32) high = (high << 1) | positive;
    else low = (low << 1) | positive;
  }
  return [high >>> 0, low >>> 0];
}

function dot(values: Float64Array, from: number, cosine: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < cosine.length; i++) sum += (values[from + i] ?? 0) * (cosine[i] ?? 0);
  return sum;
}

/**
 * How many bits two of `count` hashes may differ in and count as near duplicates: NEAR, and fewer where there are so many pairs that chance
 * would make some of them close. Between different tissue, bits agree about as tossed coins do; real tiles are close about twice as
 * often as those, which is allowed for.
 */
export function nearThreshold(count: number): number {
  const doubledPairs = count * count;
  let [threshold, ways, all] = [0, 1, 1]; // ways to choose so many bits of 64, and so many or fewer
  while (threshold < NEAR) {
    ways = (ways * (HASH_BITS - threshold)) / (threshold + 1);
    all += ways;
    if ((doubledPairs * all) / 2 ** HASH_BITS >= 1) break;
    threshold += 1;
  }
  return threshold;
}

/** In how many bits two hashes differ. */
export function hashDistance(a: PerceptualHash, b: PerceptualHash): number {
  return bitsSet(a[0] ^ b[0]) + bitsSet(a[1] ^ b[1]);
}

/** Ones of a 32-bit number, counted side by side in pairs, fours, bytes. */
export function bitsSet(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
