import type { Directory } from './directories.ts';
import { plausibleMpp } from './resolution.ts';
import { TAG } from './tags.ts';

/*
 * Aperio's SVS: a TIFF whose ImageDescription begins "Aperio Image Library v…", then lines, then "|key = value" pairs.
 * Level 0 is the first directory, a striped thumbnail the second; label and macro images are striped and name
 * themselves in the second line.
 */

export function isAperio(directory: Directory): boolean {
  return directory.text(TAG.imageDescription).startsWith('Aperio');
}

/** Microns per pixel of level 0; null where the description has none. */
export function aperioMpp(directory: Directory): number | null {
  return plausibleMpp(
    Number(/\|\s*MPP\s*=\s*([\d.]+)/.exec(directory.text(TAG.imageDescription))?.[1] ?? NaN),
  );
}

/** "label", "macro" or "thumbnail" for a striped directory; null for one that is neither. */
export function aperioAssociatedName(directory: Directory): string | null {
  const secondLine = directory.text(TAG.imageDescription).split(/\r?\n/)[1] ?? '';
  const named = /^(label|macro)\b/.exec(secondLine)?.[1];
  return named ?? (directory.page === 1 ? 'thumbnail' : null);
}
