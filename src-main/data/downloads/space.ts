import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { UserError, reasonOf } from '../../base/errors.ts';
import { gigabytes } from '../../base/gigabytes.ts';
import type { DownloadFile, Space } from '../../contract/values/download.ts';
import { partFile } from './partState.ts';

export interface Presence {
  /** Bytes of it that are in the folder. */
  readonly bytes: number;
  readonly whole: boolean;
  /** As far as its size is known. */
  readonly missingBytes: number;
}

/** How much of a file is in the folder. */
export async function presence(file: DownloadFile, folder: string): Promise<Presence> {
  const target = path.join(folder, file.name);
  const size = (name: string) =>
    stat(name).then(
      (found) => found.size,
      () => null,
    );
  const whole = await size(target);
  if (whole !== null) return { bytes: whole, whole: true, missingBytes: 0 };
  const bytes = (await size(partFile(target))) ?? 0;
  return { bytes, whole: false, missingBytes: Math.max(0, (file.bytes ?? 0) - bytes) };
}

/** The room that is needed and free, one row for each disk; the folders need not exist yet. */
export async function spaceFor(needs: readonly { folder: string; bytes: number }[]): Promise<Space[]> {
  const rows = new Map<number, Space>();
  for (const { folder, bytes } of needs) {
    const { device, freeBytes } = await diskOf(folder);
    const known = rows.get(device);
    rows.set(
      device,
      known
        ? { ...known, neededBytes: known.neededBytes + bytes }
        : { folder, neededBytes: bytes, freeBytes },
    );
  }
  return [...rows.values()];
}

/** What is missing, in a sentence; null: there is room enough. */
export function tooLittleSpace(rows: readonly Space[]): string | null {
  const short = rows.find(({ neededBytes, freeBytes }) => neededBytes > freeBytes);
  if (!short) return null;
  return `${gigabytes(short.neededBytes)} GB are needed on the disk of ${short.folder}, but only ${gigabytes(short.freeBytes)} GB are free. Make room, or choose a folder on another disk.`;
}

/** Of the nearest folder above that is there. */
async function diskOf(folder: string): Promise<{ device: number; freeBytes: number }> {
  try {
    const [{ dev }, { bavail, bsize }] = await Promise.all([stat(folder), statfs(folder)]);
    return { device: dev, freeBytes: bavail * bsize };
  } catch (error) {
    const parent = path.dirname(folder);
    if (parent === folder || (error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new UserError(`${folder} cannot be used: ${reasonOf(error)}. Choose another folder.`);
    return diskOf(parent);
  }
}
