/** An element of an XML document. */
export interface XmlElement {
  readonly name: string;
  readonly children: XmlElement[];
  /** The text directly inside it, without surrounding blanks. */
  text: string;
}

const MAX_DEPTH = 32;
const NAME = /^[A-Za-z_][\w.:-]*$/;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads the XML of annotation files: elements and text. Attributes and comments are skipped; document types (with which entities could
 * multiply) and whatever is not well-formed are refused, so that a torn file does not pass. Takes time in proportion to the text.
 * @returns the root element; null where the text is no complete XML of this kind
 */
export function parseXml(text: string): XmlElement | null {
  const top: XmlElement = { name: '', children: [], text: '' };
  const open: XmlElement[] = [top];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const inside = open.at(-1) as XmlElement;
    const start = text.indexOf('<', at);
    const words = plainText(text.slice(at, start < 0 ? text.length : start));
    if (words === null || (inside === top && words !== '')) return null;
    inside.text += words;
    if (start < 0) break;
    const skipped = skipRemark(text, start);
    if (skipped !== null) {
      if (skipped < 0) return null;
      at = skipped;
      continue;
    }
    const end = text.indexOf('>', start);
    if (end < 0) return null;
    at = end + 1;
    if (!applyTag(text.slice(start + 1, end), open)) return null;
  }
  return open.length === 1 && top.children.length === 1 ? (top.children[0] ?? null) : null;
}

/** Where a comment or processing instruction at `start` ends: -1 where it does not, null where there is none. */
function skipRemark(text: string, start: number): number | null {
  for (const [from, to] of [
    ['<!--', '-->'],
    ['<?', '?>'],
  ] as const) {
    if (!text.startsWith(from, start)) continue;
    const end = text.indexOf(to, start + from.length);
    return end < 0 ? -1 : end + to.length;
  }
  return null;
}

/** Opens or closes an element. @returns whether the tag fits */
function applyTag(tag: string, open: XmlElement[]): boolean {
  const inside = open.at(-1) as XmlElement;
  if (tag.startsWith('/')) return open.length > 1 && tag.slice(1).trim() === inside.name && !!open.pop();
  const empty = tag.endsWith('/');
  const name = (empty ? tag.slice(0, -1) : tag).split(/\s/, 1)[0] ?? '';
  if (!NAME.test(name) || open.length > MAX_DEPTH) return false;
  const element: XmlElement = { name, children: [], text: '' };
  inside.children.push(element);
  if (!empty) open.push(element);
  return true;
}

/** Text with its entities resolved; null where one is unknown. */
function plainText(raw: string): string | null {
  if (raw.includes('\0')) return null;
  let known = true;
  const text = raw.replace(/&([^;]{0,10});?/g, (whole, name: string) => {
    const code = /^#(\d{1,7})$/.exec(name)?.[1] ?? null;
    const char = code === null ? ENTITIES[name] : String.fromCodePoint(Math.min(Number(code), 0x10ffff));
    if (char === undefined || !whole.endsWith(';')) known = false;
    return char ?? '';
  });
  return known ? text.trim() : null;
}
