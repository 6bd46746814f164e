import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Split } from '../../contract/values/common.ts';
import { isIgnoredName } from '../import/names.ts';

/** A part of PCam as its files name it. */
export interface PcamPart {
  readonly split: Split;
  /** What the files' names begin with, e.g. "camelyonpatch_level_2_split_valid". */
  readonly stem: string;
  /** Names of the files in the folder; null: not there. The HDF5 files may end in ".gz". */
  readonly x: string | null;
  readonly y: string | null;
  readonly meta: string | null;
}

export interface PcamFolder {
  /** Absolute. */
  readonly folder: string;
  readonly parts: readonly PcamPart[];
}

const PARTS: readonly (readonly [string, Split])[] = [
  ['train', 'train'],
  ['valid', 'val'],
  ['test', 'test'],
];
const stemOf = (part: string) => `camelyonpatch_level_2_split_${part}`;

/** The files lie at most this deep below what is chosen, in a folder "pcam" or so. */
const MAX_DEPTH = 2;
const MAX_FOLDERS = 200;

/** Finds PCam's HDF5 files (Veeling et al. 2018, under their official names) in a folder or a little below it; null: none. */
export async function pcamFolder(source: string, signal?: AbortSignal): Promise<PcamFolder | null> {
  let level = [path.resolve(source)];
  for (let depth = 0, seen = 0; depth <= MAX_DEPTH; depth++) {
    const below: string[] = [];
    for (const folder of level) {
      signal?.throwIfAborted();
      if (++seen > MAX_FOLDERS) return null;
      // A folder that cannot be read holds nothing to import; the one chosen is read again by whoever looks next.
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      const parts = partsOf(new Set(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name)));
      if (parts.length > 0) return { folder, parts };
      for (const entry of entries)
        if (entry.isDirectory() && !isIgnoredName(entry.name)) below.push(path.join(folder, entry.name));
    }
    level = below;
  }
  return null;
}

function partsOf(names: ReadonlySet<string>): PcamPart[] {
  const present = (...candidates: string[]) => candidates.find((name) => names.has(name)) ?? null;
  return PARTS.flatMap(([part, split]) => {
    const stem = stemOf(part);
    const x = present(`${stem}_x.h5`, `${stem}_x.h5.gz`);
    const y = present(`${stem}_y.h5`, `${stem}_y.h5.gz`);
    const meta = present(`${stem}_meta.csv`);
    return x === null && y === null ? [] : [{ split, stem, x, y, meta }];
  });
}

export const isGzip = (file: string): boolean => file.endsWith('.gz');

/** What tells a file from another or a later one of its name. */
export interface FileIdentity {
  readonly bytes: number;
  readonly modified: number;
}

export async function identityOf(file: string): Promise<FileIdentity> {
  const { size, mtimeMs } = await stat(file);
  return { bytes: size, modified: Math.trunc(mtimeMs) };
}

export const sameFile = (a: FileIdentity, b: FileIdentity): boolean =>
  a.bytes === b.bytes && a.modified === b.modified;
