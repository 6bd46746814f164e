/** A line of an image list. */
export interface ListedImage {
  /** The image's name without folder and extension, e.g. "2007_000032". */
  readonly id: string;
  /** Paths relative to the VOC folder where the list gives them; else null. */
  readonly image: string | null;
  readonly mask: string | null;
}

export interface ImageList {
  /** Each image once, in the list's order. */
  readonly images: ListedImage[];
  /** What is no line of a list, shortened for display. */
  readonly bad: { readonly line: number; readonly text: string }[];
}

/**
 * Reads an image list: an id a line (`ImageSets/Segmentation`; a flag behind it, as in `ImageSets/Main`, is not looked at), or the paths of image
 * and mask, as in the lists of the public DeepLab trainers: "/JPEGImages/x.jpg /SegmentationClassAug/x.png".
 */
export function parseList(text: string): ImageList {
  const images = new Map<string, ListedImage>();
  const bad: ImageList['bad'] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '') continue;
    const image = line.length <= 1000 ? parseLine(line) : null;
    if (image === null) bad.push({ line: index + 1, text: printable(line.slice(0, 60)) });
    else if (!images.has(image.id)) images.set(image.id, image);
  }
  return { images: [...images.values()], bad };
}

const ID = /^[\w][\w.-]*$/;

function parseLine(line: string): ListedImage | null {
  const [first = '', second, ...more] = line.split(/\s+/);
  if (more.length > 0) return null;
  if (!first.includes('/')) {
    const flagged = second === undefined || /^-?[01]$/.test(second);
    return ID.test(first) && flagged ? { id: first, image: null, mask: null } : null;
  }
  const [image, mask] = [relativePath(first), second === undefined ? null : relativePath(second)];
  if (image === null || (second !== undefined && mask === null)) return null;
  const id = stem(image);
  return ID.test(id) ? { id, image, mask } : null;
}

/** Without the slash that such lists begin with; null where the path is none, or leads out of the folder. */
function relativePath(path: string): string | null {
  const parts = path.replace(/^\/+/, '').split('/');
  return parts.every((part) => part !== '' && part !== '..' && part !== '.' && !/[\\\0:]/.test(part))
    ? parts.join('/')
    : null;
}

/** A path's last part without its extension. */
export function stem(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\uffef]/g, '\ufffd');
}
