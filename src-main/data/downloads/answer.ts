import { AttemptFailure } from './attemptFailure.ts';

/** What a server said, as far as it matters. */
export interface Reply {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
}

/** What it was asked for, and what is known of the file. */
export interface Asked {
  /** Bytes that are here already; 0: the whole file was asked for. */
  readonly from: number;
  /** The catalogue's; null: not known. */
  readonly bytes: number | null;
  /** Of the response that the bytes here came with. */
  readonly etag: string | null;
  readonly total: number | null;
}

export type Answer =
  /** The rest follows. */
  | { readonly kind: 'append'; readonly total: number }
  /** The whole file follows; `total` null: until the stream ends. */
  | { readonly kind: 'whole'; readonly total: number | null }
  /** Nothing is missing. */
  | { readonly kind: 'complete' };

/** Longest that a server may ask to wait. */
const MAX_WAIT = 60_000;
const RETRIABLE = new Set([408, 425, 429]);

/**
 * Reads a server's answer to a request for a file or its rest (RFC 9110, sections 14 and 15).
 * @throws AttemptFailure when the body is of no use
 */
export function readAnswer({ status, headers }: Reply, asked: Asked): Answer {
  if (status >= 500 || RETRIABLE.has(status))
    throw new AttemptFailure(`answers ${status}`, { again: true, waitMs: retryAfter(headers) });
  if (status === 416) return afterTheEnd(headers, asked);
  if (status !== 200 && status !== 206) throw new AttemptFailure(`answers ${status}`, { again: false });
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity')
    throw new AttemptFailure(`sends the file encoded as ${encoding}`, { again: false });
  return status === 206 ? rest(headers, asked) : whole(headers, asked);
}

function whole(headers: Reply['headers'], { bytes }: Asked): Answer {
  const length = headers.get('content-length');
  const announced = length === null ? null : Number(length);
  if (announced !== null) requireSize(announced, bytes);
  return { kind: 'whole', total: bytes ?? announced };
}

function rest(headers: Reply['headers'], asked: Asked): Answer {
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '');
  const [start, total] = [Number(range?.[1]), Number(range?.[2])];
  if (!range || start !== asked.from)
    throw new AttemptFailure('sends another part than it was asked for', { again: true, anew: true });
  requireSize(total, asked.bytes);
  const etag = headers.get('etag');
  const otherTag = etag !== null && asked.etag !== null && etag !== asked.etag;
  if (otherTag || (asked.total !== null && total !== asked.total)) throw changed();
  return { kind: 'append', total };
}

/** The part here is as long as the file, or longer. */
function afterTheEnd(headers: Reply['headers'], { from, bytes }: Asked): Answer {
  const total = /^bytes \*\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  if (from > 0 && Number(total) === from && (bytes ?? from) === from) return { kind: 'complete' };
  throw changed();
}

const changed = () => new AttemptFailure('has changed the file in between', { again: true, anew: true });

function requireSize(announced: number, bytes: number | null): void {
  if (bytes === null || announced === bytes) return;
  const [is, should] = [announced, bytes].map((value) => value.toLocaleString('en'));
  throw new AttemptFailure(`announces ${is} bytes where the file has ${should}`, { again: false });
}

/** Seconds, or a date. */
function retryAfter(headers: Reply['headers']): number {
  const value = headers.get('retry-after');
  if (value === null) return 0;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? 0 : Math.min(Math.max(0, wait), MAX_WAIT);
}
