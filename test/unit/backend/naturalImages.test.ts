import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import { imageRoutes } from '../../../src-main/contract/images.ts';
import { vocColour, vocRgb } from '../../../src-main/contract/palette.ts';
import { importTask } from '../../../src-main/workers/import.ts';
import { smallVoc, vocJpeg, vocXml, writeFiles } from '../../support/voc.ts';
import { testBackend, type TestBackend } from './support.ts';

let backend: TestBackend;
beforeEach(async () => void (backend = await testBackend({ import: importTask })));
afterEach(() => backend.close());

/** Imports four images with masks and one without. */
async function imported(): Promise<number> {
  const root = path.join(backend.folder, 'VOC2012');
  const files = await smallVoc();
  for (const name of Object.keys(files)) if (name.startsWith('ImageSets')) delete files[name];
  await writeFiles(root, {
    ...files,
    'JPEGImages/bare.jpg': await vocJpeg(7),
    'Annotations/bare.xml': vocXml(['cat']),
  });
  const { dataset, job } = await backend.client('datasets.import', { path: root, name: 'voc' });
  expect(await backend.ended(job.id)).toMatchObject({ status: 'done', error: null });
  return dataset.id;
}

describe('a dataset of natural images', () => {
  it('is imported, counted and paged', async () => {
    const id = await imported();
    const dataset = await backend.client('datasets.get', { id });
    expect(dataset).toMatchObject({
      content: 'images',
      layout: 'voc',
      images: 5,
      masks: 4,
      patches: 0,
      broken: 0,
    });
    expect(dataset.classes[8]).toMatchObject({ name: 'cat', counts: { train: 3, val: 0 } });
    expect((await backend.client('datasets.patches', { id })).total).toBe(0);
    const cats = await backend.client('datasets.images', { id, classIndex: 8, limit: 2 });
    expect(cats).toMatchObject({ total: 3, images: [{ labels: [8, 15] }, { labels: [8, 15] }] });
    expect((await backend.client('datasets.images', { id, split: 'val' })).total).toBe(0);
  });

  it('shows an image, and its mask in VOC’s colours', async () => {
    const id = await imported();
    const { images } = await backend.client('datasets.images', { id });
    const fetched = async (route: string) => {
      const answer = await backend.http.request(`http://localhost${route}?token=${backend.token}`, {
        headers: { host: 'localhost' },
      });
      return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
    };
    const byName = (name: string) => images.find((image) => image.path.includes(name))?.id ?? 0;
    const cat = byName('000002');
    const jpeg = await sharp((await fetched(imageRoutes.datasetImage(cat, 256))).bytes).metadata();
    expect([jpeg.format, jpeg.width, jpeg.height]).toEqual(['jpeg', 40, 30]);
    for (let round = 0; round < 2; round++) {
      const mask = await fetched(imageRoutes.datasetImageMask(cat, 256));
      const { data, info } = await sharp(mask.bytes).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height, info.channels]).toEqual([40, 30, 4]);
      const at = (x: number, y: number) => [...data.subarray((y * 40 + x) * 4, (y * 40 + x) * 4 + 4)];
      expect([at(39, 0), at(39, 1)]).toEqual([
        [64, 0, 0, 255], // cat
        [192, 128, 128, 255], // person
      ]);
      expect([at(0, 0)[3], at(39, 29)[3]]).toEqual([0, 0]); // background, ignored
    }
    expect((await fetched(imageRoutes.datasetImageMask(byName('bare'), 256))).status).toBe(404);
    expect((await fetched(imageRoutes.datasetImage(999, 256))).status).toBe(404);
  });

  it('cannot be trained on as patches', async () => {
    const config = defaultRunConfig(await imported());
    const { problem } = await backend.client('runs.estimate', { config });
    expect(problem).toMatch(/“voc” holds natural images for pre-training/);
    await expect(backend.client('runs.create', { config })).rejects.toThrow(/holds natural images/);
  });

  it('fails in words where VOC was asked for and is not there', async () => {
    const { job } = await backend.client('datasets.import', {
      path: backend.folder,
      name: 'x',
      layout: 'voc',
    });
    expect(await backend.ended(job.id)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/does not have the layout of Pascal VOC 2012/),
    });
  });
});

describe('vocColour', () => {
  // from the devkit's VOClabelcolormap, as printed in its documentation and in every VOC mask's palette
  it.each([
    [0, [0, 0, 0]],
    [1, [128, 0, 0]],
    [2, [0, 128, 0]],
    [7, [128, 128, 128]],
    [8, [64, 0, 0]],
    [15, [192, 128, 128]],
    [20, [0, 64, 128]],
    [255, [224, 224, 192]],
  ])('gives index %i the colour %j', (index, rgb) => {
    expect(vocRgb(index)).toEqual(rgb);
    expect(vocColour(index)).toBe(`rgb(${rgb.join(' ')})`);
  });
});
