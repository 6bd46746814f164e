import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { DownloadFile } from '../../contract/values/download.ts';
import { downloadFrom, type Download, type DownloadListener, type Patience } from './attempt.ts';
import { AttemptFailure } from './attemptFailure.ts';
import { addToHash } from './hashFile.ts';
import { Part } from './part.ts';

/** Half a minute without a byte is a dead connection; then four more attempts within half a minute. */
const usualPatience: Patience = { stallMs: 30_000, waitsMs: [1000, 3000, 8000, 20_000] };

/**
 * Gets one file into a folder: goes on with what is there of it, tries its mirrors, checks size and checksum, and only then gives it its
 * name. A file that is there already is checked, and never overwritten.
 * @throws UserError naming the file and why no server gave it, or why it could not be written; the signal's reason when aborted
 */
export async function downloadFile(
  file: DownloadFile,
  folder: string,
  listener: DownloadListener,
  signal: AbortSignal,
  patience: Patience = usualPatience,
): Promise<void> {
  const target = path.join(folder, file.name);
  const present = await stat(target).catch(() => null);
  if (present) {
    await checkPresent(target, file, present.size, signal);
    listener.size(present.size);
    return;
  }
  const part = await Part.open(target, file, signal);
  let whole = false;
  try {
    listener.size(part.size);
    await fromAnyServer({ file, part, listener, signal, patience });
    await part.finish();
    whole = true;
  } finally {
    if (!whole) await part.close();
  }
}

async function fromAnyServer(download: Download): Promise<void> {
  const { file, part } = download;
  const reasons = new Set<string>();
  const details: string[] = [];
  for (const url of [file.url, ...file.mirrors]) {
    try {
      await downloadFrom(url, download);
      return;
    } catch (error) {
      if (!(error instanceof AttemptFailure)) throw error;
      reasons.add(`${new URL(url).host} ${error.message}`);
      details.push(error.details ?? `${url} ${error.message}`);
    }
  }
  const kept =
    part.size > 0
      ? 'What was received is kept; start the download again to go on.'
      : 'Nothing of it was kept.';
  throw new UserError(
    `${file.name} could not be downloaded: ${[...reasons].join('; ')}. ${kept} Check the connection, or try later.`,
    details.join('\n'),
  );
}

/** @throws UserError when the file that is there is another one; it is left alone, because it may be the user's own */
async function checkPresent(
  target: string,
  file: DownloadFile,
  size: number,
  signal: AbortSignal,
): Promise<void> {
  if ((file.bytes ?? size) === size && (await fits(target, file, size, signal))) return;
  throw new UserError(
    `${target} is there already, but it is not the file to download: its size or checksum differs. Move it away, or choose another folder.`,
  );
}

async function fits(
  target: string,
  { checksum }: DownloadFile,
  size: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (!checksum) return true;
  const hash = createHash(checksum.algorithm);
  await addToHash(hash, target, size, signal);
  return hash.digest('hex') === checksum.hex;
}
