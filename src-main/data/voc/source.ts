import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError, reasonOf } from '../../base/errors.ts';
import { isIgnoredName } from '../import/names.ts';
import { isWanted, looksLikeVoc, theVocFolder } from './layout.ts';

/** The files of a VOC folder, wherever they lie: on disk, or still in an archive. */
export interface VocFiles {
  /** The VOC folder, relative to what the user pointed at; '' for that itself. */
  readonly base: string;
  /** What is looked at, relative to the base, with forward slashes. */
  readonly paths: readonly string[];
  /** The text of one of them. @throws UserError naming the file */
  read(relative: string): Promise<string>;
}

/** VOC2012 lies at most this deep below what is chosen: `VOCtrainval_11-May-2012/VOCdevkit/VOC2012`. */
const MAX_DEPTH = 3;
/** A folder of patches may have many subfolders; a devkit has not. */
const MAX_FOLDERS = 500;
const MAX_LIST_BYTES = 64 * 2 ** 20;

/**
 * Finds a dataset in VOC's layout in a folder or a little below it.
 * @returns null when there is none
 * @throws UserError when there are several
 */
export async function vocFolder(source: string, signal?: AbortSignal): Promise<VocFiles | null> {
  const root = path.resolve(source);
  const base = theVocFolder(await findFolders(root, signal), source);
  if (base === null) return null;
  const folder = path.join(root, base);
  return {
    base,
    paths: await wantedFiles(folder, '', signal),
    read: (relative) => readText(path.join(folder, relative)),
  };
}

async function findFolders(root: string, signal?: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  let level = [''];
  for (let depth = 0, seen = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const below: string[] = [];
    for (const folder of level) {
      signal?.throwIfAborted();
      if (++seen > MAX_FOLDERS) return found;
      const names = await folderNames(path.join(root, folder));
      if (looksLikeVoc(new Set(names))) found.push(folder);
      else below.push(...names.map((name) => (folder ? `${folder}/${name}` : name)));
    }
    level = below;
  }
  return found;
}

/** The names of the folders in a folder; none where it cannot be read: then it holds nothing to import. */
async function folderNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names: string[] = [];
  for (const entry of entries) {
    if (isIgnoredName(entry.name)) continue;
    const linked = entry.isSymbolicLink() && (await isFolder(path.join(folder, entry.name)));
    if (entry.isDirectory() || linked) names.push(entry.name);
  }
  return names;
}

const isFolder = async (file: string): Promise<boolean> =>
  (await stat(file).catch(() => null))?.isDirectory() ?? false;

async function wantedFiles(folder: string, below: string, signal?: AbortSignal): Promise<string[]> {
  signal?.throwIfAborted();
  const paths: string[] = [];
  const at = path.join(folder, below);
  const entries = await readdir(at, { withFileTypes: true }).catch((error: unknown) => {
    throw new UserError(`The folder ${at} could not be read: ${reasonOf(error)}.`);
  });
  for (const entry of entries) {
    const relative = below ? `${below}/${entry.name}` : entry.name;
    if (isIgnoredName(entry.name)) continue;
    if (isWanted(relative)) paths.push(relative);
    else if (isWanted(`${relative}/x.txt`)) {
      const directory = entry.isDirectory() || (await isFolder(path.join(at, entry.name)));
      if (directory) paths.push(...(await wantedFiles(folder, relative, signal)));
    }
  }
  return paths;
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_LIST_BYTES) throw new UserError('it is far too large for a text.');
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file} could not be read: ${reasonOf(error)}`);
  }
}
