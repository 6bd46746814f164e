/** A class that an image shows, or that a network believes it shows. */
export interface ScoredClass {
  /** In the dataset's list. */
  readonly index: number;
  readonly name: string;
  readonly score: number;
  /** Whether the image does show it. */
  readonly shown: boolean;
}

/**
 * What a multi-label network says of an image: every class that the image shows, and those with the highest scores, in the order
 * of their scores.
 * @param scores of output i, which is the dataset's class i + 1: a background is no label
 * @param labels indices of the dataset's classes that the image shows
 * @param most classes that are listed even where the image does not show them
 */
export function scoredClasses(
  scores: readonly number[],
  classNames: readonly string[],
  labels: readonly number[],
  most = 3,
): ScoredClass[] {
  return scores
    .map((score, i) => ({ index: i + 1, name: classNames[i] ?? '', score, shown: labels.includes(i + 1) }))
    .toSorted((a, b) => b.score - a.score)
    .filter(({ shown }, rank) => shown || rank < most);
}
