import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { z } from 'zod';
import { writeAtomic } from '../../base/atomicFile.ts';
import { UserError, reasonOf } from '../../base/errors.ts';
import { openSlide } from '../open.ts';
import { findTissue, TISSUE_VERSION, type TissueMask } from '../tissue.ts';
import { fingerprint } from './fingerprint.ts';

const Kept = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  downsample: z.number().positive(),
  /** Deflated, base64. */
  data: z.string(),
});

interface Options {
  /** Where it is kept for the next time; null: nowhere. */
  readonly folder: string | null;
  readonly signal: AbortSignal;
}

/**
 * The tissue of a slide. Finding it takes a second or two, and a preview asks again with every step of a slider.
 * @param mpp microns per pixel of level 0; null where unknown
 * @throws UserError when the slide cannot be read
 */
export async function slideTissue(
  slideFile: string,
  mpp: number | null,
  { folder, signal }: Options,
): Promise<TissueMask> {
  if (folder === null) return found(slideFile, mpp, signal);
  const content = await fingerprint(slideFile).catch((error: unknown) => {
    throw new UserError(`${slideFile} could not be read: ${reasonOf(error)}.`);
  });
  const file = path.join(folder, `${content.slice(0, 32)}-${mpp ?? 'unknown'}-${TISSUE_VERSION}.json`);
  const kept = await keptMask(file);
  if (kept) return kept;
  const mask = await found(slideFile, mpp, signal);
  const data = deflateSync(mask.data).toString('base64');
  await writeAtomic(file, JSON.stringify({ ...mask, data } satisfies z.infer<typeof Kept>)).catch(onlySlower);
  return mask;
}

async function found(slideFile: string, mpp: number | null, signal: AbortSignal): Promise<TissueMask> {
  const slide = await openSlide(slideFile);
  try {
    return await findTissue(slide, mpp, signal);
  } finally {
    await slide.close();
  }
}

/** null: there is none, or nothing can be made of it. */
async function keptMask(file: string): Promise<TissueMask | null> {
  try {
    const { data, ...size } = Kept.parse(JSON.parse(await readFile(file, 'utf8')));
    const mask = { ...size, data: new Uint8Array(inflateSync(Buffer.from(data, 'base64'))) };
    return mask.data.length === mask.width * mask.height ? mask : null;
  } catch {
    return null;
  }
}

/** Without room for it, the tissue is found anew the next time. */
function onlySlower(error: unknown): void {
  if (!(error instanceof UserError)) throw error;
}
