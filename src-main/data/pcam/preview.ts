import { stat } from 'node:fs/promises';
import path from 'node:path';
import { gigabytes } from '../../base/gigabytes.ts';
import type { DatasetPreview } from '../../contract/values/dataset.ts';
import { PCAM_CLASSES } from './classes.ts';
import { isGzip, type PcamFolder } from './files.ts';
import { unpackedBytes } from './unpackGzip.ts';

/** What would be imported of PCam's files. How many patches there are is known once they are opened. */
export async function pcamPreview({ folder, parts }: PcamFolder): Promise<DatasetPreview> {
  const whole = parts.filter(({ x, y }) => x !== null && y !== null);
  const files = parts.flatMap(({ x, y, meta }) => [x, y, meta]).filter((name) => name !== null);
  const without = whole.filter(({ meta }) => meta === null).map(({ split }) => split);
  return {
    layout: 'pcam',
    content: 'patches',
    suggestedName: 'PCam',
    classes: PCAM_CLASSES.map((name) => ({ name, files: null })),
    splits: whole.map(({ split }) => split),
    files: files.length,
    notes: [
      await spaceNote(
        folder,
        whole.map(({ x }) => x ?? ''),
      ),
      ...(without.length > 0
        ? [
            `No …_meta.csv for ${without.join(', ')}: source slides stay unknown there, and leakage cannot be checked.`,
          ]
        : []),
    ].filter((note) => note !== ''),
  };
}

/** The room that unpacked files, or copies of pixels stored in blocks, take at most. */
async function spaceNote(folder: string, images: readonly string[]): Promise<string> {
  let [unpacked, plain] = [0, 0];
  for (const name of images) {
    const file = path.join(folder, name);
    if (isGzip(name))
      unpacked += await unpackedBytes(file).catch(() => 0); // damaged: the import says so
    else plain += (await stat(file)).size;
  }
  return [
    ...(unpacked > 0
      ? [`Unpacked into the workspace, where that takes about ${gigabytes(unpacked)} GB.`]
      : []),
    ...(plain > 0
      ? [
          `Read where the files lie. If they are stored in blocks (about ${gigabytes(plain)} GB or more as plain pixels), a copy is made in the workspace.`,
        ]
      : []),
  ].join(' ');
}
