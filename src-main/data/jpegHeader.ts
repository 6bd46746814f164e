/** What the frame header (SOF) of a JPEG says. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Bits per sample. */
  readonly precision: number;
}

/** Markers without a length: TEM, RST0–7, SOI. */
const STANDALONE = new Set([0x01, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8]);
/** In the range of the frame headers, but tables: DHT, JPG, DAC. */
const TABLES = new Set([0xc4, 0xc8, 0xcc]);

/** Reads the frame header of a JPEG file (ITU-T T.81, annex B). null: there is none where one has to be. */
export function jpegHeader(bytes: Uint8Array): JpegHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (at + 4 <= bytes.length && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (STANDALONE.has(marker)) at += 2;
    else if (marker >= 0xc0 && marker <= 0xcf && !TABLES.has(marker)) {
      if (at + 10 > bytes.length) return null;
      return {
        precision: view.getUint8(at + 4),
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
      };
    } else at += 2 + view.getUint16(at + 2);
  }
  return null;
}
