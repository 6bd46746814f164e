/** Rows before `fresh`, then `fresh`: a resumed run repeats the steps since its checkpoint. */
export function append<T>(rows: readonly T[], fresh: readonly T[], at: (row: T) => number): readonly T[] {
  const first = fresh[0];
  if (!first) return rows;
  let keep = rows.length;
  while (keep > 0 && at(rows[keep - 1] as T) >= at(first)) keep--;
  return [...rows.slice(0, keep), ...fresh];
}
