import { crc32 } from 'node:zlib';

/** Signature (8 bytes) and the IHDR chunk (4 + 4 + 13 + 4), which has to come first. */
const AFTER_HEADER = 33;

/**
 * Adds texts to a PNG as iTXt chunks (UTF-8; PNG specification, 11.3.3.4), which image viewers show as its properties.
 */
export function withPngText(png: Uint8Array, texts: Readonly<Record<string, string>>): Uint8Array {
  const chunks = Object.entries(texts).map(([keyword, text]) => textChunk(keyword, text));
  return Buffer.concat([png.subarray(0, AFTER_HEADER), ...chunks, png.subarray(AFTER_HEADER)]);
}

function textChunk(keyword: string, text: string): Uint8Array {
  // keyword, NUL, not compressed (two bytes), no language tag (NUL), no translated keyword (NUL), text
  const body = Buffer.from(`iTXt${keyword}\0\0\0\0\0${text}`, 'utf8');
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), 4 + body.length);
  return chunk;
}
