import sharp from 'sharp';
import { classRgb } from '../../contract/palette.ts';
import { viridis } from './colourMap.ts';
import { withPngText } from './pngText.ts';
import { provenance, scoredPatches, type SlideScores } from './scoredPatches.ts';

/** The longer side of the picture in pixels, roughly; patches become squares of a whole number of pixels. */
const SIDE = 1024;
const LARGEST_SQUARE = 32;

/**
 * A heat map as PNG, one square per patch, transparent where nothing was classified. Without `classIndex` a patch has
 * the colour of its highest class, the more opaque the higher the score; with it, the score of that class on a
 * perceptual scale.
 */
export async function heatmapPng(prediction: SlideScores): Promise<Uint8Array> {
  const { grid, classIndex, classNames } = prediction;
  const { columns, rows } = grid;
  const rgba = new Uint8Array(columns * rows * 4);
  for (const { column, row, scores, best } of scoredPatches(prediction)) {
    const colour =
      classIndex === null
        ? [...classRgb(best), Math.round(255 * (scores[best] ?? 0))]
        : [...viridis(scores[classIndex] ?? 0), 255];
    rgba.set(colour, (row * columns + column) * 4);
  }
  const square = Math.min(LARGEST_SQUARE, Math.max(1, Math.floor(SIDE / Math.max(columns, rows))));
  const [width, height] = [columns * square, rows * square];
  const png = await sharp(enlarge(rgba, columns, square), { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
  const { notice, synthetic, unreadable, ...origin } = provenance(prediction);
  const shows =
    classIndex === null
      ? `highest of ${classNames.join(', ')}`
      : `model score for ${classNames[classIndex] ?? ''}`;
  return withPngText(png, {
    Title: `${origin.slide}: ${shows}`,
    Software: origin.generator,
    Source: `${origin.model}; ${square} pixels per patch of ${grid.patchSize} level-0 pixels`,
    Disclaimer: notice,
    ...(synthetic || unreadable ? { Warning: [synthetic, unreadable].filter(Boolean).join(' ') } : {}),
  });
}

/**
 * Every pixel becomes a square. (sharp's own scaling goes through premultiplied alpha, which changes faint colours.)
 */
function enlarge(rgba: Uint8Array, columns: number, square: number): Uint8Array {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4);
  const width = columns * square;
  const enlarged = new Uint32Array(pixels.length * square * square);
  for (let i = 0; i < enlarged.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    enlarged[i] = pixels[Math.floor(y / square) * columns + Math.floor(x / square)] ?? 0;
  }
  return new Uint8Array(enlarged.buffer);
}
