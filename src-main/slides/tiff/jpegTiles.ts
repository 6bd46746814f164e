/*
 * JPEG in TIFF (Adobe's TIFF Technical Note 2): tiles are JPEG streams whose tables lie apart in the JPEGTables tag,
 * and whose colours the photometric tag tells. A browser wants one stream that says both itself.
 */

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP14 = 0xee;

/** A marker segment of a JPEG header; `start` points at its 0xFF. */
interface Segment {
  readonly marker: number;
  readonly start: number;
  readonly end: number;
}

/** What a JPEG tile's frame header says. */
export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  readonly components: number;
}

/**
 * One complete JPEG from a tile and its tables. The APP14 "Adobe" marker tells a browser whether to convert from YCbCr
 * (libjpeg looks at JFIF first, so that marker has to go).
 * @param tables the JPEGTables tag, or empty
 * @param colour of the stored components; Aperio writes both kinds
 * @returns null when the tile is no JPEG
 */
export function completeJpeg(
  tile: Uint8Array,
  tables: Uint8Array,
  colour: 'rgb' | 'ycbcr' | 'grey',
): Uint8Array | null {
  const segments = headerSegments(tile);
  if (!segments) return null;
  const kept = segments.filter(({ marker }) => marker !== APP0 && marker !== APP14);
  const scan = segments.at(-1);
  const pieces = [
    Uint8Array.of(0xff, SOI),
    colour === 'grey' ? new Uint8Array() : adobeMarker(colour === 'ycbcr' ? 1 : 0),
    // The tables' own SOI and EOI are not part of the stream.
    ...(headerSegments(tables) ?? []).map((s) => tables.subarray(s.start, s.end)),
    ...kept.map((s) => tile.subarray(s.start, s.end)),
    tile.subarray(scan?.end),
  ];
  return Buffer.concat(pieces);
}

/** The frame header (SOF0–SOF2: what browsers decode); null when there is none. */
export function jpegFrame(jpeg: Uint8Array): JpegFrame | null {
  const frame = headerSegments(jpeg)?.find(({ marker }) => marker >= 0xc0 && marker <= 0xc2);
  if (!frame || frame.end - frame.start < 10) return null;
  const view = new DataView(jpeg.buffer, jpeg.byteOffset + frame.start, frame.end - frame.start);
  return { height: view.getUint16(5), width: view.getUint16(7), components: view.getUint8(9) };
}

/** The segments between SOI and the entropy-coded data (or EOI, for tables alone); null when it is not a JPEG. */
function headerSegments(jpeg: Uint8Array): Segment[] | null {
  if (jpeg[0] !== 0xff || jpeg[1] !== SOI) return null;
  const segments: Segment[] = [];
  let at = 2;
  while (at + 4 <= jpeg.length) {
    const marker = jpeg[at + 1] ?? 0;
    if (jpeg[at] !== 0xff) return null;
    if (marker === 0xff) {
      at++; // fill byte
      continue;
    }
    if (marker === EOI) return segments;
    const end = at + 2 + (((jpeg[at + 2] ?? 0) << 8) | (jpeg[at + 3] ?? 0));
    if (end > jpeg.length) return null;
    segments.push({ marker, start: at, end });
    if (marker === SOS) return segments;
    at = end;
  }
  return jpeg[at + 1] === EOI ? segments : null;
}

/** Adobe's Technical Note 5116: transform 0 = the components are RGB, 1 = YCbCr. */
function adobeMarker(transform: 0 | 1): Uint8Array {
  return Uint8Array.of(0xff, APP14, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform);
}
