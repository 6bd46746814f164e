export type Rows = readonly (readonly [label: string, value: string])[];

export interface ComparedRow {
  readonly label: string;
  readonly values: readonly string[];
  /** Whether they are not all equal. */
  readonly differs: boolean;
}

/** Stands for what is not there. */
export const NONE = '–';

/**
 * Lists of labelled values side by side; what a list does not have is a dash there, and what none has is left out. Labels stand in
 * the order in which they appear.
 */
export function compared(lists: readonly Rows[]): ComparedRow[] {
  const labels = [...new Set(lists.flatMap((rows) => rows.map(([label]) => label)))];
  return labels.flatMap((label) => {
    const values = lists.map((rows) => rows.find(([each]) => each === label)?.[1] ?? NONE);
    if (values.every((value) => value === NONE)) return [];
    return { label, values, differs: values.some((value) => value !== values[0]) };
  });
}
