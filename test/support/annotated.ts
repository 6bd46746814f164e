import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, beforeEach } from 'vitest';
import { defaultCutting } from '../../src-main/contract/cuttingDefaults.ts';
import type { PatchCutting } from '../../src-main/contract/values/annotations.ts';
import type { FoundPatch } from '../../src-main/contract/worker.ts';
import { readPatch } from '../../src-main/data/patchPixels.ts';
import type { RgbImage } from '../../src-main/slides/slide.ts';
import { qupathGeoJson, type Area } from './geojson.ts';
import { importSpec, runImport } from './importing.ts';
import { temporaryFolder, testImage, writeTiff } from './slides.ts';

export const [WIDTH, HEIGHT] = [640, 512];
export const image = testImage(WIDTH, HEIGHT);
export const left: Area = ['Tumour', 0, 0, 320, 0, 320, 512, 0, 512];
export const right: Area = ['Stroma', 320, 0, 640, 0, 640, 512, 320, 512];

/** The default settings, but for patches of 32 pixels. */
export const cuttingOf = (changes: Partial<PatchCutting> = {}): PatchCutting => ({
  ...{ ...defaultCutting(), patchSize: 32 },
  ...changes,
});

/** A folder of annotated slides for each test of the file, and where they are cut to. */
export function annotatedFolder() {
  const top = temporaryFolder();
  const wholeSlide = path.join(top, 'whole.tif'); // lossless, 0.5 µm per pixel, tiles of 64 pixels
  const at = { folder: '', extractTo: '' };
  beforeAll(() => writeTiff(wholeSlide, image, { compression: 'deflate' }));
  beforeEach(() => {
    at.folder = mkdtempSync(path.join(top, 'case-'));
    at.extractTo = `${at.folder}.cut`;
  });
  const annotate = (name: string, areas: readonly Area[]) =>
    writeFileSync(path.join(at.folder, `${name}.geojson`), qupathGeoJson(areas));
  return {
    at,
    wholeSlide,
    annotate,
    /** Copies a slide, and annotates it unless `areas` is null. */
    addSlide(name: string, areas: readonly Area[] | null = [left, right], from = wholeSlide): void {
      mkdirSync(path.dirname(path.join(at.folder, name)), { recursive: true });
      copyFileSync(from, path.join(at.folder, name));
      if (areas) annotate(name, areas);
    },
    spec: (changes: Partial<PatchCutting> = {}) =>
      importSpec({ path: at.folder, extractTo: at.extractTo, cutting: cuttingOf(changes) }),
    cut: (changes: Partial<PatchCutting> = {}) =>
      runImport({ path: at.folder, extractTo: at.extractTo, cutting: cuttingOf(changes) }),
    pixelsOf: (patch: FoundPatch) => readPatch(path.join(at.extractTo, patch.path)),
  };
}

/** A part of an image, resampled by libvips. */
export async function crop({ data, width, height }: RgbImage, x: number, y: number, side: number, to = side) {
  const part = sharp(data, { raw: { width, height, channels: 3 } }).extract({
    left: x,
    top: y,
    width: side,
    height: side,
  });
  return part.resize(to, to, { kernel: 'lanczos3' }).raw().toBuffer();
}
