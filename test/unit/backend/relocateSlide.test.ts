import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testImage, writeTiff } from '../../support/slides.ts';
import { testBackend, type TestBackend } from './support.ts';
import { card, fakeTasks } from './tasks.ts';

let backend: TestBackend;
let id: number;
beforeEach(async () => {
  backend = await testBackend(fakeTasks);
  mkdirSync(at('there'));
  await writeTiff(at('here.tif'), testImage(200, 150));
  ({ id } = await backend.client('slides.open', { path: at('here.tif') }));
});
afterEach(() => backend.close());

const at = (name: string) => path.join(backend.folder, name);
const relocate = (name: string) => backend.client('slides.relocate', { id, path: at(name) });

async function predict(): Promise<number> {
  const { models } = backend.app.session().store;
  const modelId = models.announce('m', { trainable: false });
  models.finish(modelId, { card, bytes: 1, testAccuracy: null, testN: null });
  const prediction = await backend.client('predictions.start', { slideId: id, modelId });
  await backend.ended(prediction.jobId ?? 0);
  return prediction.id;
}

describe('a slide whose file was moved', () => {
  it('is found there, with its predictions and the scale that the user set', async () => {
    const prediction = await predict();
    await backend.client('slides.setMpp', { id, mpp: 0.25 });
    renameSync(at('here.tif'), at('there/here.tif'));
    expect((await backend.client('slides.get', { id })).missing).toBe(true);
    const found = { id, path: at('there/here.tif'), missing: false, mpp: 0.25 };
    expect(await relocate('there/here.tif')).toMatchObject(found);
    expect(backend.events.at(-1)).toMatchObject({ type: 'slide', slide: found });
    const kept = await backend.client('predictions.list', { slideId: id });
    expect(kept.map((one) => one.id)).toEqual([prediction]);
  });

  it.each([
    [
      'other sides',
      'here.tif',
      151,
      2000,
      /it has 200 × 151 px and 0.5 µm\/px, and “here.tif” had 200 × 150/,
    ],
    ['another scale', 'here.tif', 150, 4000, /0.25 µm\/px, .*0.5 µm\/px/],
    ['another name', 'other.tif', 150, 2000, /but another name/],
  ])('is not taken for one with %s, and stays as it was', async (_, name, height, xres, reason) => {
    await writeTiff(at(`there/${name}`), testImage(200, height), { xres, yres: xres });
    const before = await backend.client('slides.get', { id });
    await expect(relocate(`there/${name}`)).rejects.toThrow(reason);
    expect(await backend.client('slides.get', { id })).toEqual(before);
  });

  it('is not put where another slide of the workspace is', async () => {
    copyFileSync(at('here.tif'), at('there/here.tif'));
    const copy = await backend.client('slides.open', { path: at('there/here.tif') });
    await expect(relocate('there/here.tif')).rejects.toThrow(/is in the list of slides already/);
    await backend.client('slides.remove', { id: copy.id });
    expect((await relocate('there/here.tif')).path).toBe(at('there/here.tif'));
  });

  it('is not looked for in a file that is none', async () => {
    await expect(relocate('nowhere.tif')).rejects.toThrow(/nowhere\.tif/);
  });
});
