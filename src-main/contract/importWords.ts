import type { Statement } from './values/heldOut.ts';
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

const DAYS = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const MEASURED_ON = { test: 'test patches', validation: 'validation images' } as const;

/** What an imported file states of how good its model is, for people: whose word that is, and for what. */
export function statementWords(statement: Statement): string {
  if (!statement.believable) return `what the file states is left out: ${statement.reason}`;
  const { split, dataset, date } = statement.result;
  return `stated by its file, not measured here: on ${MEASURED_ON[split]} of ${dataset}, ${DAYS.format(Date.parse(date))}`;
}
