/** The image formats that a patch may have. */
export type PatchFormat = 'jpeg' | 'png' | 'tiff';

const signatures: readonly { readonly format: PatchFormat; readonly bytes: readonly number[] }[] = [
  { format: 'jpeg', bytes: [0xff, 0xd8, 0xff] },
  { format: 'png', bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { format: 'tiff', bytes: [0x49, 0x49, 0x2a, 0x00] },
  { format: 'tiff', bytes: [0x4d, 0x4d, 0x00, 0x2a] },
  { format: 'tiff', bytes: [0x49, 0x49, 0x2b, 0x00] }, // BigTIFF
  { format: 'tiff', bytes: [0x4d, 0x4d, 0x00, 0x2b] },
];

/** Formats that people try and that we can name, by the text at an offset. */
const refused: readonly { readonly name: string; readonly text: string; readonly at: number }[] = [
  { name: 'a GIF image', text: 'GIF8', at: 0 },
  { name: 'a BMP image', text: 'BM', at: 0 },
  { name: 'a WebP image', text: 'WEBP', at: 8 },
  { name: 'a HEIF or AVIF image', text: 'ftyp', at: 4 },
  { name: 'a JPEG 2000 image', text: 'jP  ', at: 4 },
  { name: 'a DICOM file', text: 'DICM', at: 128 },
  { name: 'a PDF document', text: '%PDF', at: 0 },
  { name: 'a zip archive', text: 'PK\u0003\u0004', at: 0 },
  { name: 'a NumPy array', text: 'NUMPY', at: 1 },
  { name: 'an HDF5 file', text: 'HDF', at: 1 },
];

/** The format by the file's first bytes; its name's extension may lie. null: none that a patch may have. */
export function patchFormat(bytes: Uint8Array): PatchFormat | null {
  return signatures.find(({ bytes: magic }) => magic.every((value, i) => bytes[i] === value))?.format ?? null;
}

/** What a file that is no patch image seems to be, in words. */
export function describeContent(bytes: Uint8Array): string {
  const textAt = (at: number, length: number) =>
    String.fromCharCode(...bytes.subarray(at, Math.min(at + length, bytes.length)));
  const known = refused.find(({ text, at }) => textAt(at, text.length) === text);
  if (known) return known.name;
  const head = bytes.subarray(0, 512);
  const printable = head.every((value) => value >= 32 || value === 9 || value === 10 || value === 13);
  return printable ? 'a text file' : 'of an unknown format';
}
