import { Random } from '../base/random.ts';

interface OfSlide {
  readonly classIndex: number;
  readonly slide: string | null;
}

/**
 * Draws whole slides until each class has at least its wanted number of patches in them, or no slide is left that would help. The order
 * of slides depends on the seed and the purpose only.
 * @param wanted per class
 * @returns the slides drawn
 */
export function drawSlides(
  patches: readonly OfSlide[],
  wanted: readonly number[],
  seed: number,
  purpose: string,
): Set<string> {
  const counts = new Map<string, number[]>();
  for (const { slide, classIndex } of patches) {
    if (slide === null) continue;
    const own = counts.get(slide) ?? wanted.map(() => 0);
    own[classIndex] = (own[classIndex] ?? 0) + 1;
    counts.set(slide, own);
  }
  const missing = [...wanted];
  const drawn = new Set<string>();
  for (const slide of Random.from(seed, 'slides', purpose).shuffled([...counts.keys()].sort())) {
    const own = counts.get(slide) ?? [];
    if (!own.some((count, classIndex) => count > 0 && (missing[classIndex] ?? 0) > 0)) continue;
    drawn.add(slide);
    own.forEach((count, classIndex) => (missing[classIndex] = (missing[classIndex] ?? 0) - count));
  }
  return drawn;
}
