import type { DatasetChanges } from '../../contract/values/dataset.ts';
import type { ChangedItem } from '../../store/tables/foundItems.ts';

type Changes = Omit<DatasetChanges, 'revision' | 'at' | 'unchanged' | 'slides'>;
type Kind = DatasetChanges['examples'][number]['kind'];

/** Examples of each kind that are kept, so that a thousand new files do not hide the one that changed. */
const EXAMPLES = 50;

/**
 * Tells what became of items: a path on both sides changed; the same content under another path moved, each item once; the others were
 * removed or added.
 * @param gone what was there @param come what is there instead
 */
export function changesBetween(gone: readonly ChangedItem[], come: readonly ChangedItem[]): Changes {
  const after = new Set(come.map(({ path }) => path));
  const before = new Set(gone.map(({ path }) => path));
  const changed = come.filter(({ path }) => before.has(path));
  // From the last to the first, so that the first is taken from the end: thousands may have the same content.
  const away = Map.groupBy(gone.filter(({ path }) => !after.has(path)).reverse(), ({ sha256 }) => sha256);
  const moved: { path: string; from: string }[] = [];
  const added: ChangedItem[] = [];
  for (const item of come) {
    if (before.has(item.path)) continue;
    const from = away.get(item.sha256)?.pop();
    if (from === undefined) added.push(item);
    else moved.push({ path: item.path, from: from.path });
  }
  const left = new Set([...away.values()].flat());
  const removed = gone.filter((item) => left.has(item));
  const examples = (kind: Kind, items: readonly { path: string; from?: string }[]) =>
    items.slice(0, EXAMPLES).map(({ path, from = null }) => ({ kind, path, from }));
  return {
    added: added.length,
    removed: removed.length,
    changed: changed.length,
    moved: moved.length,
    examples: [
      ...examples('changed', changed),
      ...examples('moved', moved),
      ...examples('added', added),
      ...examples('removed', removed),
    ],
  };
}
