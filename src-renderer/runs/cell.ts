/** A cell of the confusion matrix. */
export interface Cell {
  readonly trueClass: number;
  readonly predictedClass: number;
}

/** Reads "true,predicted" as it stands in the address; null for anything else. */
export function cellOf(text: string | undefined): Cell | null {
  const found = /^(\d+),(\d+)$/.exec(text ?? '');
  return found ? { trueClass: Number(found[1]), predictedClass: Number(found[2]) } : null;
}
