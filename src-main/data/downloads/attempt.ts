import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../base/errors.ts';
import type { DownloadFile } from '../../contract/values/download.ts';
import { readAnswer } from './answer.ts';
import { AttemptFailure } from './attemptFailure.ts';
import type { Part } from './part.ts';
import { rangeHeaders } from './partState.ts';
import { receive } from './receive.ts';
import { requestFile } from './requestFile.ts';

export interface Patience {
  /** Milliseconds without a byte after which a connection counts as dead. */
  readonly stallMs: number;
  /** Milliseconds before each further attempt at the same server that brings nothing new; after the last it is given up. */
  readonly waitsMs: readonly number[];
}

export interface DownloadListener {
  /** The bytes of the file that are here. */
  size(bytes: number): void;
  /** Bytes that came over the network just now. */
  received(bytes: number): void;
}

/** A file on its way. */
export interface Download {
  readonly file: DownloadFile;
  readonly part: Part;
  readonly listener: DownloadListener;
  readonly patience: Patience;
  readonly signal: AbortSignal;
}

/**
 * Gets the rest of a file from one server, as long as attempts bring something new. The part holds the whole, checked file afterwards.
 * @throws AttemptFailure when this server is given up; UserError when the disk will not have it; the signal's reason when aborted
 */
export async function downloadFrom(url: string, download: Download): Promise<void> {
  const { part, listener, patience, signal } = download;
  // Only more than ever before is something new: a server that begins anew each time and breaks off is not waited for endlessly.
  let most = part.size;
  for (let fruitless = 0; ;) {
    try {
      await attempt(url, download);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AttemptFailure)) throw error;
      fruitless = part.size > most ? 0 : fruitless + 1;
      most = Math.max(most, part.size);
      if (error.anew) await part.clear();
      listener.size(part.size);
      const wait = patience.waitsMs[Math.max(0, fruitless - 1)];
      if (!error.again || fruitless > patience.waitsMs.length || wait === undefined) throw error;
      await delay(Math.max(wait, error.waitMs), null, { signal });
    }
  }
}

async function attempt(url: string, download: Download): Promise<void> {
  const { file, part } = download;
  if (part.size !== file.bytes) await getRest(url, download);
  const wrong = part.wrongChecksum();
  if (wrong === null) return;
  // What was put together may be broken by an old piece; what came in one go is simply another file.
  throw new AttemptFailure('sent a file with the wrong checksum', {
    again: part.patched,
    anew: true,
    details: `${url}: ${file.checksum?.algorithm} is ${wrong}, not ${file.checksum?.hex}`,
  });
}

/** Asks for what is missing, for as long as bytes come. */
async function getRest(url: string, download: Download): Promise<void> {
  const { part, patience, signal } = download;
  const range = rangeHeaders(part.size, url, part.state, download.file.checksum !== null);
  if (range === null) await part.clear();
  const stall = stallSignal(patience.stallMs);
  try {
    const response = await requestFile(url, range ?? {}, AbortSignal.any([signal, stall.signal]));
    try {
      await take(url, response, download, stall.postpone);
    } finally {
      await response.body?.cancel().catch(() => {}); // it broke already, or is read to its end
    }
  } catch (error) {
    if (!stall.signal.aborted || signal.aborted || error instanceof UserError) throw error;
    const seconds = Math.round(patience.stallMs / 1000);
    throw new AttemptFailure(`sent nothing for ${seconds} s`, { again: true });
  } finally {
    stall.end();
  }
}

async function take(
  url: string,
  response: Response,
  { file, part, listener }: Download,
  alive: () => void,
): Promise<void> {
  const { state } = part;
  const etag = state?.url === url ? state.etag : null;
  const asked = { from: part.size, bytes: file.bytes, etag, total: state?.total ?? null };
  const answer = readAnswer(response, asked);
  if (answer.kind === 'complete') return;
  if (answer.kind === 'whole') await part.clear();
  listener.size(part.size);
  await part.begin({
    url,
    etag: response.headers.get('etag'),
    lastModified: response.headers.get('last-modified'),
    total: answer.total,
  });
  await receive(response.body ?? [], part, answer.total, (bytes) => {
    alive();
    listener.received(bytes);
    listener.size(part.size);
  });
}

/** Aborts when it is not postponed in time. */
function stallSignal(milliseconds: number) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error('stalled')), milliseconds);
  return {
    signal: controller.signal,
    postpone: () => void timer.refresh(),
    end: () => clearTimeout(timer),
  };
}
