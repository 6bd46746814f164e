import type { Workplace } from '../session.ts';

/** A name that no dataset has: the one that is wanted, or with a number behind it. That of a failed import is free. */
export function unusedName({ store }: Workplace, wanted: string): string {
  const names = store.datasets.list().flatMap(({ name, status }) => (status === 'failed' ? [] : [name]));
  const taken = new Set(names);
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted} (${number})`;
  return name;
}
