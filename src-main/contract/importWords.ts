import type { ImportCheck, Model } from './values/model.ts';

const BY: Readonly<Record<ImportCheck['by'], string>> = {
  'known answer': 'its network gives the known answer that the file holds',
  'published checksum': 'its content is the one that its name promises',
  trial: 'its network runs; there was no known answer to compare with',
};

/** How an imported file was checked, for people: "names, shapes, values; its network gives …". */
export function checkWords({ by, prefix }: ImportCheck): string {
  const part = prefix === '' ? '' : `; taken from its part “${prefix}”`;
  return `names, shapes, values; ${BY[by]}${part}`;
}

/** What an import came to, where the model was there `before`; null: it is new. */
export function knownWords(before: Model | undefined, { name, trainable }: Model): string | null {
  if (!before) return null;
  return before.trainable === trainable
    ? `It is in the workspace already: “${name}”.`
    : `It is in the workspace already: “${name}”. Its weights are there now, too: it can be trained further.`;
}
