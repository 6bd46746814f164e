import type { Dataset, DatasetChanges } from '../../../src-main/contract/values/dataset.ts';
import { count } from '../../ui/format.ts';

export type Change = DatasetChanges['examples'][number];

/** The kinds of changes in the order in which they are told, with what each means. */
export const CHANGES = [
  { kind: 'added', title: 'Added', sign: '+', means: 'New since the last look.' },
  { kind: 'removed', title: 'Removed', sign: '−', means: 'No longer there.' },
  {
    kind: 'changed',
    title: 'Changed',
    sign: '',
    means: 'The same file with other pixels, another label, mask or split.',
  },
  {
    kind: 'moved',
    title: 'Moved',
    sign: '',
    means: 'The same picture under another path, in another class folder for example.',
  },
] as const satisfies readonly { kind: Change['kind']; title: string; sign: string; means: string }[];

type Source = Pick<Dataset, 'source' | 'layout' | 'root'>;

/** What the user pointed at, in a word. */
export function sourceNoun({ source, layout }: Source): 'archive' | 'file' | 'folder' {
  if (/\.(zip|tar)$/i.test(source)) return 'archive';
  return layout === 'annotated' && /\.(svs|tiff?|geojson|json)$/i.test(source) ? 'file' : 'folder';
}

/** Where the files lie that training reads: what was unpacked or cut lies in the workspace, and its source may be gone. */
export function filesPlace(dataset: Source): string {
  const copied = dataset.layout === 'annotated' || sourceNoun(dataset) === 'archive';
  return copied ? dataset.root : dataset.source;
}

/** The counts as the screen shows them: "+3", "−1", and "0" without a sign. */
export function changeFacts(changes: DatasetChanges): { label: string; value: string }[] {
  return [
    ...CHANGES.map(({ kind, title, sign }) => ({
      label: title,
      value: (changes[kind] > 0 ? sign : '') + count(changes[kind]),
    })),
    { label: 'As before', value: count(changes.unchanged) },
  ];
}
