import { createHash } from 'node:crypto';
import { reasonOf, UserError } from '../base/errors.ts';
import { ModelCard } from '../contract/values/model.ts';

/** The keys of a file's metadata that hold the card, as JSON, and the SHA-256 of that text, which neither format has itself. */
const [CARD, CHECKSUM] = ['tessera', 'tessera_sha256'] as const;

/** The card as a file's metadata holds it. */
export function cardMetadata(card: ModelCard): Record<string, string> {
  const text = JSON.stringify(card);
  return { [CARD]: text, [CHECKSUM]: sha256(text) };
}

/**
 * The card that Tessera writes into the metadata of its models; null: the file is from elsewhere.
 * @throws UserError where it cannot be read
 */
export function cardIn(metadata: Readonly<Record<string, string>>): ModelCard | null {
  const { [CARD]: text, [CHECKSUM]: checksum } = metadata;
  if (text === undefined) return null;
  try {
    if (checksum !== undefined && checksum !== sha256(text)) throw new Error('the checksum is wrong');
    return ModelCard.omit({ checked: true }).parse(JSON.parse(text));
  } catch (error) {
    throw new UserError(
      'its description of itself is damaged, or another version of Tessera wrote it',
      reasonOf(error),
    );
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
