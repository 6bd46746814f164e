/** The thread behind `createCutter`: reads patches of slides as plain pixels, one task after the other. */
import { hash } from 'node:crypto';
import sharp from 'sharp';
import { serveTasks } from '../../data/threads/serveTasks.ts';
import { DamagedTileError } from '../damagedTile.ts';
import { openSlide } from '../open.ts';
import type { OpenSlide } from '../slide.ts';
import type { CutResult, CutTask } from './cutMessages.ts';

sharp.concurrency(1);

/** Tasks of one slide follow each other: its decoded tiles are of use for the next one. */
let open: { readonly file: string; readonly slide: OpenSlide } | null = null;

async function slideOf(file: string): Promise<OpenSlide> {
  if (open?.file === file) return open.slide;
  await open?.slide.close();
  open = null;
  const slide = await openSlide(file);
  open = { file, slide };
  return slide;
}

async function perform({ slideFile, patchSize, side, corners }: CutTask): Promise<CutResult> {
  const slide = await slideOf(slideFile);
  const bytes = 3 * patchSize * patchSize;
  const count = corners.length / 2;
  const pixels = new Uint8Array(count * bytes);
  const hashes: (string | null)[] = [];
  const reasons: (string | null)[] = [];
  let read = 0;
  for (let i = 0; i < count; i++)
    try {
      const [x, y] = [corners[i * 2] ?? 0, corners[i * 2 + 1] ?? 0];
      const region = { x, y, width: patchSize, height: patchSize, downsample: side / patchSize };
      const { data } = await slide.readRegion(region);
      pixels.set(data, read * bytes);
      hashes.push(hash('sha256', data, 'hex'));
      reasons.push(null);
      read++;
    } catch (error) {
      if (!(error instanceof DamagedTileError)) throw error;
      hashes.push(null);
      reasons.push(error.message);
    }
  return { pixels: read === count ? pixels : pixels.slice(0, read * bytes), hashes, reasons };
}

serveTasks(perform, ({ pixels }) => [pixels.buffer]);
