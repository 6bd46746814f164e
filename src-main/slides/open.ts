import path from 'node:path';
import sharp from 'sharp';
import { UserError } from '../base/errors.ts';
import { openPyramid } from './pyramid.ts';
import type { OpenSlide, SlideSource } from './slide.ts';
import { type BoundedFile, openBounded } from './tiff/boundedFile.ts';
import { openTiff } from './tiff/openTiff.ts';

/** libvips' cache of operations gives the same file's pages out of order, and outlives a change of the file. */
sharp.cache(false);

const READABLE = 'Tessera reads Aperio SVS and tiled TIFF slides';

/**
 * Opens a slide. Whatever would make it unreadable later (a truncated file, tiles of an unknown kind) is found here.
 * @throws UserError with what is wrong and what to do
 */
export async function openSlide(file: string): Promise<OpenSlide> {
  const bounded = await openBounded(file);
  try {
    await refuseOtherFormats(bounded);
    const source = await openTiff(bounded);
    await refuseUndecodable(source);
    return openPyramid(path.basename(file), source);
  } catch (error) {
    await bounded.close();
    throw error;
  }
}

/** Formats by their first bytes, for a refusal that names what the file is. */
const SIGNATURES: [signature: string, at: number, what: string][] = [
  ['DICM', 128, 'a DICOM file'],
  ['\x89PNG', 0, 'a PNG image'],
  ['\xff\xd8\xff', 0, 'a JPEG image'],
  ['ZISRAWFILE', 0, 'a Zeiss CZI file'],
  ['PK\x03\x04', 0, 'a zip archive'],
  ['%PDF', 0, 'a PDF document'],
];

async function refuseOtherFormats(file: BoundedFile): Promise<void> {
  const head = Buffer.from(await file.read(0, Math.min(file.size, 512))).toString('latin1');
  if (/^(II\*\0|MM\0\*|II\+\0|MM\0\+)/.test(head)) {
    if (file.size < 16)
      throw new UserError(`${file.path} is incomplete: only its first bytes are there. Copy it again.`);
    return;
  }
  const known = SIGNATURES.find(([signature, at]) => head.startsWith(signature, at))?.[2];
  const what = known ?? (isText(head) ? 'a text file' : 'a file of an unknown kind');
  const despite = /\.(tiff?|svs)$/i.test(file.path) ? ', whatever its name says' : '';
  throw new UserError(`${file.path} is ${what}${despite}. ${READABLE}.`);
}

/** Only printable characters, line breaks, tabs and what UTF-8 uses. */
function isText(head: string): boolean {
  return /^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(head);
}

/** Where tiles of a level are tried, as shares of its sides: the middle first, since corners tend to be empty. */
const PROBES = [
  [0.5, 0.5],
  [0, 0],
  [0.25, 0.75],
  [0.75, 0.25],
  [0.25, 0.25],
  [0.75, 0.75],
] as const;

/**
 * A damaged tile must not keep a slide from being opened, but where none can be decoded there is nothing to
 * show.
 * @throws UserError of the first tile when not one of a few probes over the levels can be decoded
 */
async function refuseUndecodable({ levels }: SlideSource): Promise<void> {
  const failures: unknown[] = [];
  for (const level of levels.toReversed())
    for (const [across, down] of PROBES) {
      const column = Math.floor((across * level.width) / level.tileWidth);
      const row = Math.floor((down * level.height) / level.tileHeight);
      try {
        await level.decode(column, row);
        return;
      } catch (error) {
        failures.push(error);
      }
    }
  throw failures[0];
}
