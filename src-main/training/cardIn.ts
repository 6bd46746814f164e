import { reasonOf, UserError } from '../base/errors.ts';
import { ModelCard } from '../contract/values/model.ts';
import { sealed, unsealed } from './sealed.ts';

/** The key of a file's metadata that holds the card. */
const CARD = 'tessera';

/** What is said of a model only where it was imported stays there. */
const WrittenCard = ModelCard.omit({ checked: true, statement: true });

/** The card as a file's metadata holds it. */
export const cardMetadata = (card: ModelCard): Record<string, string> =>
  sealed(CARD, { ...card, checked: undefined, statement: undefined });

/**
 * The card that Tessera writes into the metadata of its models; null: the file is from elsewhere.
 * @throws UserError where it cannot be read
 */
export function cardIn(metadata: Readonly<Record<string, string>>): ModelCard | null {
  const found = unsealed(CARD, metadata);
  if (!found) return null;
  try {
    if (found.intact === false) throw new Error('the checksum is wrong'); // an old file has none
    return WrittenCard.parse(JSON.parse(found.text));
  } catch (error) {
    throw new UserError(
      'its description of itself is damaged, or another version of Tessera wrote it',
      reasonOf(error),
    );
  }
}
