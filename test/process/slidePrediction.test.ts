import path from 'node:path';
import sharp, { type Region } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src-main/base/random.ts';
import type { WorkerSpec } from '../../src-main/contract/worker.ts';
import { createClassifier } from '../../src-main/engines/onnx/classifier.ts';
import type { RgbImage } from '../../src-main/slides/slide.ts';
import { runPrediction, tinyCard, writeTinyModel } from '../support/prediction.ts';
import { temporaryFolder, writeTiff } from '../support/slides.ts';

const folder = temporaryFolder();
const slidePath = path.join(folder, 'slide.tif');
const modelFile = path.join(folder, 'model.onnx');
const WIDTH = 1600;
const HEIGHT = 1200;
const GLASS_FROM = 1000; // columns of pixels from here on are glass
let image: RgbImage;

const card = tinyCard;
const spec: WorkerSpec<'predict'> = { slidePath, mpp: null, modelFile, card, device: 'cpu', resume: null };

/** Stained tissue on the left, its colours changing over the slide, and glass on the right. */
function paint(): RgbImage {
  const random = Random.from(2, 'tissue');
  const data = new Uint8Array(WIDTH * HEIGHT * 3).fill(244);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < GLASS_FROM; x++) {
      const wave = Math.sin(x / (5 + y / 100)) * Math.cos(y / 11);
      const grain = random.integer(6);
      data.set(
        [200 + 50 * wave, 100 + (60 * y) / HEIGHT + grain, 170 + (50 * x) / WIDTH],
        (y * WIDTH + x) * 3,
      );
    }
  return { width: WIDTH, height: HEIGHT, data };
}

async function raw(from: RgbImage, part: Region): Promise<RgbImage> {
  const { width, height } = from;
  const data = await sharp(from.data, { raw: { width, height, channels: 3 } })
    .extract(part)
    .raw()
    .toBuffer();
  return { width: part.width, height: part.height, data };
}

beforeAll(async () => {
  image = paint();
  await writeTiff(slidePath, image, { compression: 'deflate', tileWidth: 128, tileHeight: 128 });
  writeTinyModel(modelFile);
});

const predict = (
  changes: Partial<typeof spec> = {},
  onScores: () => void = () => {},
  signal = new AbortController().signal,
) => runPrediction({ ...spec, ...changes }, onScores, signal);

describe('predicting a slide', () => {
  it('classifies the tissue in grid order, and no glass', async () => {
    const { result, grid, scores, patches, fractions } = await predict();
    expect(grid?.grid).toEqual({ columns: 16, rows: 12, patchSize: 100, stride: 100 });
    expect(patches).toHaveLength(10 * 12);
    expect(patches.map(({ column, row }) => row * 16 + column)).toEqual(
      Array.from({ length: 120 }, (_, i) => Math.floor(i / 10) * 16 + (i % 10)),
    );
    expect(grid).toMatchObject({ patches: 120 });
    expect(grid?.tissueFraction).toBeCloseTo(GLASS_FROM / WIDTH, 1);
    let next = 0;
    for (const { start, columns } of scores) {
      expect(start).toBe(next);
      next += columns.length;
    }
    expect(result.patches).toBe(120);
    expect(result.patchesPerSecond).toBeGreaterThan(1);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });

  it('gives each patch the scores of its own pixels, resized and normalised as in training', async () => {
    // One level only: nothing but the resize lies between these pixels and the network.
    const file = path.join(folder, 'one level.tif');
    const small = await raw(image, { left: 0, top: 0, width: 900, height: 600 });
    await writeTiff(file, small, { compression: 'deflate', pyramid: false });
    const { patches } = await predict({ slidePath: file });
    expect(patches).toHaveLength(54);
    expect(new Set(patches.map(({ scores }) => scores.join())).size).toBe(54);
    const classifier = await createClassifier({ model: modelFile, device: 'cpu' });
    for (const { column, row, scores } of [patches[0], patches[23], patches[53]].flatMap((p) => p ?? [])) {
      const patch = await raw(small, { left: column * 100, top: row * 100, width: 100, height: 100 });
      const rgb = await sharp(patch.data, { raw: { width: 100, height: 100, channels: 3 } })
        .resize(32, 32, { kernel: 'lanczos3' })
        .raw()
        .toBuffer();
      const input = new Float32Array(3 * 32 * 32);
      for (let i = 0; i < input.length; i++) {
        const [channel, pixel] = [Math.floor(i / 1024), i % 1024];
        input[i] =
          ((rgb[pixel * 3 + channel] ?? 0) / 255 - (card.mean[channel] ?? 0)) / (card.std[channel] ?? 1);
      }
      const odds = [...(await classifier.logits(input, 1))].map(Math.exp);
      const sum = odds.reduce((total, odd) => total + odd, 0);
      odds.forEach((odd, c) => expect(scores[c]).toBeCloseTo(odd / sum, 5));
    }
    await classifier.dispose();
  });

  it('goes on where it was interrupted, with the same scores', async () => {
    const whole = await predict();
    const grid = whole.grid?.grid;
    if (!grid) throw new Error('no grid');
    const rest = await predict({ resume: { grid, patches: 120, done: 64, unreadable: null } });
    expect(rest.grid).toBeUndefined();
    expect(rest.scores[0]?.start).toBe(64);
    expect(rest.patches).toEqual(whole.patches.slice(64));
    const nothing = await predict({ resume: { grid, patches: 120, done: 120, unreadable: null } });
    expect(nothing.patches).toHaveLength(0);
    const resume = { grid, patches: 120, done: 3, unreadable: null };
    for (const changed of [{ grid: { ...grid, columns: 15 } }, { patches: 121 }])
      await expect(predict({ resume: { ...resume, ...changed } })).rejects.toThrow(/Start a new one/);
  });

  it('stops within a second when cancelled', async () => {
    const controller = new AbortController();
    let cancelledAt = 0;
    let afterwards = 0;
    const running = predict(
      {},
      () => {
        if (cancelledAt) afterwards++;
        cancelledAt ||= performance.now();
        controller.abort(new Error('cancelled'));
      },
      controller.signal,
    );
    await expect(running).rejects.toThrow('cancelled');
    expect(performance.now() - cancelledAt).toBeLessThan(1000);
    expect(afterwards).toBe(0);
  });
});

describe('a prediction that cannot be made says why', () => {
  it('without microns per pixel', async () => {
    const file = path.join(folder, 'no mpp.tif');
    await writeTiff(file, image, { compression: 'jpeg', xres: 1, yres: 1 });
    await expect(predict({ slidePath: file })).rejects.toThrow(/Set the microns per pixel/);
    const { patches } = await predict({ slidePath: file, mpp: 0.5 });
    expect(patches).toHaveLength(120);
  });

  it('on glass alone', async () => {
    const file = path.join(folder, 'glass.tif');
    await writeTiff(file, { ...image, data: new Uint8Array(image.data.length).fill(243) });
    await expect(predict({ slidePath: file })).rejects.toThrow(/No tissue was found on glass\.tif/);
  });
});
