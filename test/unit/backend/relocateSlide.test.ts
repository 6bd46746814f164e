import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
const get = (slide: number) => backend.client('slides.get', { id: slide });

async function predict(slideId = id): Promise<number> {
  const { models } = backend.app.session().store;
  const modelId = models.announce(`m${slideId}`, { trainable: false });
  models.finish(modelId, { card, bytes: 1, testAccuracy: null, testN: null });
  const prediction = await backend.client('predictions.start', { slideId, modelId });
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
    expect(await relocate('there/here.tif')).toMatchObject({ slide: found, others: [] });
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
    expect((await relocate('there/here.tif')).slide.path).toBe(at('there/here.tif'));
  });

  it('is not looked for in a file that is none', async () => {
    await expect(relocate('nowhere.tif')).rejects.toThrow(/nowhere\.tif/);
  });
});

describe('slides beside it', () => {
  /** Slides that lie beside it, by their names. */
  async function open(...names: string[]): Promise<number[]> {
    const ids: number[] = [];
    for (const name of names) {
      mkdirSync(path.dirname(at(name)), { recursive: true });
      await writeTiff(at(name), testImage(200, 150));
      ids.push((await backend.client('slides.open', { path: at(name) })).id);
    }
    return ids;
  }
  /** Moves files into the folder `there`, where they lie as before. */
  function moveAll(...names: string[]): void {
    for (const name of names) {
      mkdirSync(path.dirname(at(`there/${name}`)), { recursive: true });
      renameSync(at(name), at(`there/${name}`));
    }
  }

  it('come along with their predictions, at any depth, and are told', async () => {
    const [beside = 0, below = 0] = await open('beside.tif', 'case/below.tif');
    const predictions = [await predict(beside), await predict(below)];
    moveAll('here.tif', 'beside.tif', 'case/below.tif');
    backend.events.length = 0;
    const { slide, others } = await relocate('there/here.tif');
    expect([slide.id, slide.missing]).toEqual([id, false]);
    expect(new Map(others.map((other) => [other.id, other.path]))).toEqual(
      new Map([
        [beside, at('there/beside.tif')],
        [below, at('there/case/below.tif')],
      ]),
    );
    for (const [i, other] of [beside, below].entries()) {
      expect(await get(other)).toMatchObject({ missing: false });
      const kept = await backend.client('predictions.list', { slideId: other });
      expect(kept.map((one) => one.id)).toEqual([predictions[i]]);
    }
    const told = backend.events.flatMap((event) => (event.type === 'slide' ? [event.slide.id] : []));
    expect(new Set(told)).toEqual(new Set([id, beside, below]));
  });

  it('stay where they are not the same, not missing, listed there already, or led to by a link', async () => {
    const names = ['other.tif', 'torn.tif', 'kept.tif', 'twice.tif', 'linked.tif', 'gone.tif'];
    const ids = await open(...names);
    const [elsewhere = 0] = await open('elsewhere/far.tif'); // of another folder
    moveAll('here.tif', 'twice.tif');
    await backend.client('slides.open', { path: at('there/twice.tif') });
    await writeTiff(at('there/other.tif'), testImage(200, 151));
    writeFileSync(at('there/torn.tif'), 'II*');
    for (const name of ['other.tif', 'torn.tif', 'gone.tif']) rmSync(at(name));
    copyFileSync(at('kept.tif'), at('there/kept.tif'));
    mkdirSync(at('private'));
    renameSync(at('linked.tif'), at('private/linked.tif'));
    symlinkSync(at('private/linked.tif'), at('there/linked.tif'));
    renameSync(at('elsewhere/far.tif'), at('there/far.tif'));
    const before = await Promise.all([...ids, elsewhere].map(get));
    expect((await relocate('there/here.tif')).others).toEqual([]);
    expect(await Promise.all([...ids, elsewhere].map(get))).toEqual(before);
  });

  it('stay with it where the database does not take all of them', async () => {
    await open('beside.tif');
    moveAll('here.tif', 'beside.tif');
    const before = await backend.client('slides.list', {});
    const { slides } = backend.app.session().store;
    const write = slides.setFacts;
    const setFacts = vi.spyOn(slides, 'setFacts');
    setFacts.mockImplementationOnce(write).mockImplementationOnce(() => {
      throw new Error('disk full');
    });
    await expect(relocate('there/here.tif')).rejects.toThrow('disk full');
    setFacts.mockRestore();
    expect(await backend.client('slides.list', {})).toEqual(before);
    expect((await relocate('there/here.tif')).others).toHaveLength(1);
  });

  it('that were removed meanwhile are not missed', async () => {
    const [beside = 0] = await open('beside.tif');
    moveAll('here.tif', 'beside.tif');
    const relocated = relocate('there/here.tif');
    await backend.client('slides.remove', { id: beside });
    expect((await relocated).others).toEqual([]);
    expect((await backend.client('slides.list', {})).map((slide) => slide.id)).toEqual([id]);
  });
});
