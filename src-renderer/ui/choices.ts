/** One choice of a select. */
export interface Item<V extends string = string> {
  readonly value: V;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly disabled?: boolean;
  readonly group?: string;
}

/** Items that follow one another with the same group, together. */
export function grouped<V extends string>(
  items: readonly Item<V>[],
): { group: string | undefined; members: Item<V>[] }[] {
  const groups: { group: string | undefined; members: Item<V>[] }[] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last && last.group === item.group) last.members.push(item);
    else groups.push({ group: item.group, members: [item] });
  }
  return groups;
}
