import { HeldOutResult, type Statement } from '../contract/values/heldOut.ts';
import type { ModelCard, ModelKind } from '../contract/values/model.ts';
import { sealed, unsealed } from './sealed.ts';

/** The key of a file's metadata that holds its network's result, as JSON. */
const HELD_OUT = 'held_out_result';

/** Longer than any result; nothing longer is read. */
const LONGEST_TEXT = 2000;

const DAY_MS = 86_400_000;

/** What each kind of model is measured by; a backbone by nothing. */
const MEASURED_BY: Readonly<Record<ModelKind, 'accuracy' | 'mIoU' | 'mAP' | null>> = {
  classifier: 'accuracy',
  segmenter: 'mIoU',
  multilabel: 'mAP',
  backbone: null,
};

/** A result as a file's metadata holds it; nothing where nothing was measured. */
export function resultMetadata(result: HeldOutResult | null): Record<string, string> {
  if (!result) return {};
  // In the order of their names, so that a file that is read and written again is the same.
  const values = Object.entries(result).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sealed(HELD_OUT, Object.fromEntries(values));
}

/** Today's date, as a result holds it. */
export const today = (): string => new Date().toISOString().slice(0, 10);

/**
 * What a file states of how good its network is: never trusted, and never a reason to refuse the file. Numbers that cannot be are left
 * out with the reason.
 * @returns undefined: it states nothing, as files from elsewhere and of older versions
 */
export function statementIn(
  metadata: Readonly<Record<string, string>>,
  { kind }: Pick<ModelCard, 'kind'>,
): Statement | undefined {
  const found = unsealed(HELD_OUT, metadata);
  if (!found) return undefined;
  const doubted = (reason: string): Statement => ({ believable: false, reason });
  if (found.intact !== true || found.text.length > LONGEST_TEXT) return doubted('it is damaged');
  const parsed = HeldOutResult.safeParse(jsonOf(found.text));
  if (!parsed.success) {
    const where = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))].filter(Boolean);
    return doubted(where.length > 0 ? `it holds what cannot be: ${where.join(', ')}` : 'it is damaged');
  }
  const reason = contradiction(parsed.data, kind);
  return reason === null ? { believable: true, result: parsed.data } : doubted(reason);
}

/** Why numbers that are each in their range cannot be true together. */
function contradiction(result: HeldOutResult, kind: ModelKind): string | null {
  const by = result.split === 'test' ? 'accuracy' : result.metric;
  if (by !== MEASURED_BY[kind]) return `a ${kind} is not measured by ${by}`;
  // A day's grace for clocks in other time zones.
  if (Date.parse(result.date) > Date.now() + DAY_MS) return `it is of the future (${result.date})`;
  if (result.split === 'test' && !isShareOf(result.accuracy, result.n))
    return `no number of ${result.n} patches makes this accuracy`;
  return null;
}

/** Whether a share is that of a whole number out of n. */
function isShareOf(share: number, n: number): boolean {
  const hits = share * n;
  return Math.abs(hits - Math.round(hits)) <= 1e-9 * n;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // which is no result, either
  }
}
