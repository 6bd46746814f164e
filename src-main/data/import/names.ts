const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Natural order: "tile 2" before "tile 10"; equal names by code units, so that the order is total. */
export function naturalOrder(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** What operating systems leave behind, at any depth. */
const SYSTEM_NAMES = new Set([
  'thumbs.db',
  'desktop.ini',
  '__macosx',
  '$recycle.bin',
  'system volume information',
]);

/** Hidden and system files and folders, which are never looked at. */
export function isIgnoredName(name: string): boolean {
  return name.startsWith('.') || SYSTEM_NAMES.has(name.toLowerCase());
}

/** Documents that people keep beside images: not patches, and not worth a complaint. */
const DOCUMENT =
  /^(licen[cs]e|readme|copying|notice)$|\.(txt|csv|tsv|json|xml|md|rst|html?|pdf|docx?|xlsx?|ya?ml|log|ini|db|py|m|r|ipynb|sha256|md5)$/i;

/** Whether a file's name lets it be a patch. Files of unknown kinds are, so that their refusal is reported. */
export function mayBePatch(name: string): boolean {
  return !isIgnoredName(name) && !DOCUMENT.test(name);
}

export function isZip(path: string): boolean {
  return /\.zip$/i.test(path);
}
