import { bitsSet, type PerceptualHash } from './perceptualHash.ts';

/** Positions of two hashes, `first` before `second`, and the bits in which they differ. */
export interface NearPair {
  readonly first: number;
  readonly second: number;
  readonly distance: number;
}

const BANDS = 4;
const BAND_BITS = 16;
const VALUES = 2 ** BAND_BITS;

/**
 * All pairs of hashes that differ in at most `threshold` bits, without comparing each with each (multi-index hashing; Norouzi, Punjani & Fleet,
 * CVPR 2012): of the four 16-bit bands of two hashes that differ in at most `threshold` bits, one differs in at most a quarter of these.
 * So only hashes are compared that have nearly the same value in a band.
 * @param threshold at most 11, so that a band differs in two bits at most
 * @param limit the search stops at so many pairs
 */
export function nearPairs(
  hashes: readonly PerceptualHash[],
  threshold: number,
  limit = Infinity,
): { pairs: NearPair[]; complete: boolean } {
  const radius = Math.floor(threshold / BANDS);
  if (radius > 2) throw new RangeError(`The threshold ${threshold} is more than 11.`);
  const masks = flips(radius);
  const pairs: NearPair[] = [];
  for (let band = 0; band < BANDS; band++) {
    const { starts, members, high, low } = sortedByBand(hashes, band);
    for (let value = 0; value < VALUES; value++) {
      if (starts[value] === starts[value + 1]) continue;
      for (const mask of masks) {
        const other = value ^ mask;
        if (other < value) continue; // its turn was then
        for (let i = starts[value]!; i < starts[value + 1]!; i++) {
          for (let j = mask === 0 ? i + 1 : starts[other]!; j < starts[other + 1]!; j++) {
            const [x, y] = [high[i]! ^ high[j]!, low[i]! ^ low[j]!];
            const distance = bitsSet(x) + bitsSet(y);
            // Bands before this one would have found it too: each pair counts once.
            if (distance > threshold || foundBefore(x, y, band, radius)) continue;
            const [a, b] = [members[i]!, members[j]!];
            pairs.push({ first: Math.min(a, b), second: Math.max(a, b), distance });
            if (pairs.length >= limit) return { pairs, complete: false };
          }
        }
      }
    }
  }
  return { pairs, complete: true };
}

function bandOf(high: number, low: number, band: number): number {
  return ((band < 2 ? high : low) >>> (band % 2 === 0 ? BAND_BITS : 0)) & (VALUES - 1);
}

function foundBefore(high: number, low: number, band: number, radius: number): boolean {
  for (let before = 0; before < band; before++) if (bitsSet(bandOf(high, low, before)) <= radius) return true;
  return false;
}

/** The values of a band that differ from zero in at most `radius` bits. */
function flips(radius: number): number[] {
  const bits = Array.from({ length: BAND_BITS }, (_, bit) => 1 << bit);
  const masks = [0];
  if (radius >= 1) masks.push(...bits);
  if (radius >= 2) masks.push(...bits.flatMap((a, i) => bits.slice(i + 1).map((b) => a | b)));
  return masks;
}

/**
 * Hashes in the order of their value in a band, so that those to be compared lie side by side in memory: those with value v at
 * starts[v] … starts[v + 1] - 1. `members` are their positions.
 */
function sortedByBand(hashes: readonly PerceptualHash[], band: number) {
  const starts = new Uint32Array(VALUES + 1);
  for (const [high, low] of hashes) starts[bandOf(high, low, band) + 1]! += 1;
  for (let value = 0; value < VALUES; value++) starts[value + 1]! += starts[value]!;
  const next = starts.slice();
  const members = new Uint32Array(hashes.length);
  const [highs, lows] = [new Int32Array(hashes.length), new Int32Array(hashes.length)];
  for (const [position, [high, low]] of hashes.entries()) {
    const place = next[bandOf(high, low, band)]!++;
    members[place] = position;
    highs[place] = high;
    lows[place] = low;
  }
  return { starts, members, high: highs, low: lows };
}
