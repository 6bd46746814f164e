import { naturalOrder } from './names.ts';

/**
 * The folders that stand where a class's or a split's should and hold no images, not even further below. Of an empty split its
 * classes are not listed.
 * @param folders all that were come through, relative, with forward slashes
 * @param paths of the images, relative to the same folder
 * @param base the folder that holds the splits or the classes; '' for that folder itself
 * @param isSplit whether a folder in `base` is a split; null: the classes lie in `base` itself
 */
export function emptyFolders(
  folders: readonly string[],
  paths: readonly string[],
  base: string,
  isSplit: ((name: string) => boolean) | null,
): string[] {
  const holding = new Set(paths.flatMap(parentsOf));
  const below = base ? `${base}/` : '';
  return folders
    .filter((folder) => {
      if (holding.has(folder) || !folder.startsWith(below)) return false;
      const [top = '', name, deeper] = folder.slice(below.length).split('/');
      if (!isSplit) return name === undefined;
      return isSplit(top) && deeper === undefined && (name === undefined || holding.has(below + top));
    })
    .sort(naturalOrder);
}

/** "a/b/c.png" → "a", "a/b". */
function parentsOf(file: string): string[] {
  const parts = file.split('/');
  return parts.slice(1).map((_part, i) => parts.slice(0, i + 1).join('/'));
}
