/** The rows in which the runs do not all agree. Every run lists the same labels in the same order. */
export function differences(
  settings: readonly (readonly (readonly [label: string, value: string])[])[],
): { label: string; values: string[] }[] {
  const [first = []] = settings;
  return first
    .map(([label], index) => ({ label, values: settings.map((rows) => rows[index]?.[1] ?? '–') }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}
