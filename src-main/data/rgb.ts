import fs from 'node:fs';
import { promisify } from 'node:util';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { UserError, reasonOf } from '../base/errors.ts';
import type { RecordedContent } from '../contract/worker.ts';
import { requireRecorded, traceOf, type Traced } from './content.ts';
import { describeContent, patchFormat } from './imageFormat.ts';
import { jpegHeader } from './jpegHeader.ts';

/** 8-bit RGB pixels, interleaved, row by row: `data[(y * width + x) * 3 + channel]`. */
export interface Rgb {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

// With callbacks below: for files as small as patches, those of node:fs/promises take 1.7 times the processor's time.
const [stat, readFile] = [promisify(fs.stat), promisify(fs.readFile)];

/** Larger images are slides, not patches. */
const MAX_SIDE = 4096;
const MIN_SIDE = 8;
const MAX_FILE_BYTES = 256 * 1024 * 1024;

type FailOn = 'warning' | 'error';

/** What libtiff says about sloppy metadata, although the pixels are whole; libvips adds the place where it stopped. */
const HARMLESS_WARNING = /tag ignored\.?$|ignoring extra entries$|unknown field|^error in tile/i;

/**
 * Decodes a patch to 8-bit RGB. Greyscale is repeated in all channels, 16 bits become 8, transparency is laid on white,
 * CMYK is converted; embedded colour profiles are ignored, as the usual training libraries do.
 * @param side if given, the image is cropped to its central square and resampled (Lanczos 3) to side x side
 * @param content what is on record of the file, where it has to be that
 * @throws UserError naming the file and what is wrong with it
 */
export async function decodeRgb(file: string, side?: number, content?: RecordedContent): Promise<Rgb> {
  try {
    const read = await readImageFile(file);
    requireRecorded(read, content);
    return await decodeRgbBytes(read.bytes, side);
  } catch (error) {
    throw new UserError(`Could not read the image ${file}. ${reasonOf(error)}`);
  }
}

/** The bytes of an image file. @throws UserError with the plain reason, without the file's name */
export async function readImageFile(file: string): Promise<Traced> {
  try {
    const found = await stat(file); // before it is read: what changes in between has another trace then
    if (found.size > MAX_FILE_BYTES) throw new UserError('The file is larger than 256 MB; a patch is not.');
    return { bytes: await readFile(file), trace: traceOf(found) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new UserError('The file is no longer there.');
    if (code === 'EACCES' || code === 'EPERM') throw new UserError('The file may not be read by this user.');
    throw new UserError(`The file could not be read: ${reasonOf(error)}.`);
  }
}

/**
 * `decodeRgb` for bytes in memory. Every pixel is decoded, so that a torn file does not pass.
 * @throws UserError with the plain reason, without the file's name
 */
export async function decodeRgbBytes(bytes: Uint8Array, side?: number): Promise<Rgb> {
  const format = patchFormat(bytes);
  if (bytes.length === 0) throw new UserError('The file is empty (0 bytes).');
  if (!format) throw new UserError(`The file is ${describeContent(bytes)}, not a JPEG, PNG or TIFF image.`);
  if (format === 'png' && !endsWithPngTrailer(bytes)) throw new UserError(CUT_OFF);
  try {
    return await decodeWithReason(bytes, 'warning', side);
  } catch (error) {
    if (!isHarmless(error)) throw new UserError(decodingProblem(error, bytes), reasonOf(error));
  }
  try {
    return await decodeWithReason(bytes, 'error', side);
  } catch (error) {
    throw new UserError(decodingProblem(error, bytes), reasonOf(error));
  }
}

/** What sharp says when libvips has no text for a failure: its own words alone, or with nothing after the colon. */
const NO_REASON = /^Unknown error$|:\s*$|^Warning treated as error[^\n]*$/;
/** With four failures at a time about one text in ten is lost. */
const ATTEMPTS = 8;

/**
 * libvips keeps one error text for the whole process: images that fail side by side can take each other's, and one is left
 * without. Whether an image fails is never in doubt, so that one is decoded again for its reason.
 */
async function decodeWithReason(bytes: Uint8Array, failOn: FailOn, side?: number): Promise<Rgb> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await decode(bytes, failOn, side);
    } catch (error) {
      if (attempt === ATTEMPTS || !NO_REASON.test(reasonOf(error))) throw error;
    }
  }
}

async function decode(bytes: Uint8Array, failOn: FailOn, side?: number): Promise<Rgb> {
  const options = { failOn, ignoreIcc: true, limitInputPixels: false } as const;
  if (isPlainJpeg(bytes, side)) return await pixels(sharp(bytes, { ...options, sequentialRead: true }));
  // Opening the header first refuses an image of absurd size before memory is spent on its pixels.
  const image = sharp(bytes, options);
  refuseUnsuitable(await image.metadata());
  return await pixels(toRgb(image, side));
}

async function pixels(image: Sharp): Promise<Rgb> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/**
 * The patches of most datasets need nothing but the decoder, so the header is not opened apart and nothing is resized: 8-bit colour (two more
 * components would be CMYK, fewer grey), of a size that is suitable and wanted.
 */
function isPlainJpeg(bytes: Uint8Array, side?: number): boolean {
  if (patchFormat(bytes) !== 'jpeg') return false;
  const header = jpegHeader(bytes);
  if (header === null || header.components !== 3 || header.precision !== 8) return false;
  const { width, height } = header;
  if (side !== undefined) return width === side && height === side;
  return Math.max(width, height) <= MAX_SIDE && Math.min(width, height) >= MIN_SIDE;
}

function toRgb(image: Sharp, side?: number): Sharp {
  // Shrinking while decoding (JPEG only) would make the same tissue look different from one format to the next.
  if (side !== undefined)
    image.resize(side, side, { fit: 'cover', kernel: 'lanczos3', fastShrinkOnLoad: false });
  return image.flatten({ background: '#ffffff' }).toColourspace('srgb');
}

function refuseUnsuitable({ width, height, depth, space, channels }: Metadata): void {
  if (Math.max(width, height) > MAX_SIDE)
    throw new UserError(
      `The image has ${width} x ${height} pixels; a patch has at most ${MAX_SIDE} on a side. Open it as a slide.`,
    );
  if (Math.min(width, height) < MIN_SIDE)
    throw new UserError(`The image has only ${width} x ${height} pixels.`);
  if (depth !== 'uchar' && depth !== 'ushort')
    throw new UserError(`The image has pixels of type "${depth}"; save it with 8 or 16 bits per channel.`);
  if (space === 'multiband')
    throw new UserError(`The image has ${channels} channels; save it as greyscale or RGB.`);
}

/** A PNG is complete when it ends with its IEND chunk (libpng does not insist), trailing bytes aside. */
function endsWithPngTrailer(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(PNG_TRAILER);
}
const PNG_TRAILER = Buffer.from('0000000049454e44ae426082', 'hex');

/** A JPEG ends with the marker "end of image". */
function isUnfinishedJpeg(bytes: Uint8Array): boolean {
  return patchFormat(bytes) === 'jpeg' && !(bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9);
}

function isHarmless(error: unknown): boolean {
  const [first, ...warnings] = reasonOf(error).split('\n');
  return (
    !!first?.startsWith('Warning treated as error') && warnings.every((line) => HARMLESS_WARNING.test(line))
  );
}

const CUT_OFF = 'The image is cut off: its end is missing. Copy the file again from its source.';

/** The decoder's message in the user's words; where it was lost or another image's, what the bytes say. */
function decodingProblem(error: unknown, bytes: Uint8Array): string {
  if (error instanceof UserError) return error.message;
  const message = reasonOf(error);
  if (/premature end|unexpected end|truncat|read error/i.test(message) && !/checksum|crc/i.test(message))
    return CUT_OFF;
  if (/unsupported image format|cannot find|directory/i.test(message))
    return 'The image is cut off or damaged: its header cannot be read. Copy the file again from its source.';
  if (isUnfinishedJpeg(bytes)) return CUT_OFF;
  return 'The image is damaged: its pixels cannot be decoded. Copy the file again from its source.';
}
