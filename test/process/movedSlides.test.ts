import { copyFile, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Patch } from '../../src-main/contract/values/dataset.ts';
import type { Slide } from '../../src-main/contract/values/slide.ts';
import { left, right } from '../support/annotated.ts';
import { qupathGeoJson } from '../support/geojson.ts';
import { importOf, importingTasks, patchesOf, refreshOf, tinted } from '../support/refreshing.ts';
import { temporaryFolder, testImage, writeTiff } from '../support/slides.ts';
import { testBackend, type TestBackend } from '../unit/backend/support.ts';
import { card, fakeTasks } from '../unit/backend/tasks.ts';

const drawn = path.join(temporaryFolder(), 'drawn.tif');
const NAMES = ['one.tif', 'p1/slide.tif', 'p2/slide.tif'];

let backend: TestBackend;
beforeAll(() => writeTiff(drawn, testImage(640, 512), { compression: 'deflate' }));
beforeEach(async () => {
  backend = await testBackend({ ...fakeTasks, ...importingTasks });
});
afterEach(() => backend.close());

const at = (...parts: string[]) => path.join(backend.folder, ...parts);
const open = (file: string) => backend.client('slides.open', { path: file });
/** One after the other, so that the list has them in this order. */
async function openAll(folder: string, names: readonly string[] = NAMES): Promise<Slide[]> {
  const opened: Slide[] = [];
  for (const name of names) opened.push(await open(path.join(folder, name)));
  return opened;
}
const slides = () => backend.client('slides.list', {});
const changes = (id: number) => backend.client('datasets.changes', { id });

/** A folder of annotated slides, of which the last two have one name and one size, but not one content. */
async function writeCases(folder: string): Promise<void> {
  for (const name of NAMES) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await copyFile(drawn, path.join(folder, name));
    await writeFile(path.join(folder, `${name}.geojson`), qupathGeoJson([left, right]));
  }
  const other = testImage(640, 512);
  other.data.reverse();
  await writeTiff(path.join(folder, 'p2/slide.tif'), other, { compression: 'deflate' });
}

const importCases = (source: string, name = 'cases') =>
  importOf(backend, source, { name, layout: 'annotated', cutting: { patchSize: 64 } });

async function classified(slide: Slide): Promise<number> {
  const { models } = backend.app.session().store;
  const modelId = models.announce(`m${slide.id}`, { trainable: false });
  models.finish(modelId, { card, bytes: 1, testAccuracy: null, testN: null });
  const prediction = await backend.client('predictions.start', { slideId: slide.id, modelId });
  expect((await backend.ended(prediction.jobId ?? 0)).status).toBe('done');
  return prediction.id;
}
const predictionsOf = async (slideId: number) =>
  (await backend.client('predictions.list', { slideId })).map(({ id }) => id);

describe('a dataset that is pointed to its new folder', () => {
  it('takes the slides along that lay in the old one, and tells which', async () => {
    await writeCases(at('old'));
    await copyFile(drawn, at('elsewhere.tif'));
    const { id } = await importCases(at('old'));
    const opened = await openAll(at('old'));
    const elsewhere = await open(at('elsewhere.tif'));
    const predictions = await Promise.all(opened.map(classified));
    await rename(at('old'), at('new'));
    await rm(at('elsewhere.tif'));
    const patches = await patchesOf(backend, id);

    backend.events.length = 0;
    expect(await refreshOf(backend, id, at('new'))).toMatchObject({ status: 'done', error: null });
    expect(await changes(id)).toMatchObject({
      ...{ revision: 1, unchanged: patches.length, added: 0, removed: 0, changed: 0, moved: 0, examples: [] },
      slides: expect.toSatisfy((all: string[]) => all.toSorted().join() === NAMES.join()) as string[],
    });
    expect(await backend.client('datasets.get', { id })).toMatchObject({ revision: 1, source: at('new') });
    for (const [i, { id: slide }] of opened.entries()) {
      const now = await backend.client('slides.get', { id: slide });
      expect([now.path, now.missing]).toEqual([at('new', NAMES[i]!), false]);
      expect(await predictionsOf(slide)).toEqual([predictions[i]]);
      expect(backend.events).toContainEqual({ type: 'slide', slide: now });
    }
    expect(await backend.client('slides.get', { id: elsewhere.id })).toMatchObject({ missing: true });
    expect(await slides()).toHaveLength(4);

    // A look that finds nothing leaves the report as it is.
    const told = await changes(id);
    await refreshOf(backend, id);
    expect(await changes(id)).toEqual(told);
  });

  it('tells of slides and patches in one report', async () => {
    await writeCases(at('old'));
    const { id } = await importCases(at('old'));
    await open(at('old/one.tif'));
    await rename(at('old'), at('new'));
    await copyFile(drawn, at('new/two.tif'));
    await writeFile(at('new/two.tif.geojson'), qupathGeoJson([left, right]));
    expect(await refreshOf(backend, id, at('new'))).toMatchObject({ status: 'done', error: null });
    expect(await changes(id)).toMatchObject({ revision: 2, added: 80, removed: 0, slides: ['one.tif'] });
  });

  it('leaves slides whose files are still there, and all where the folder is refused', async () => {
    await writeCases(at('old'));
    const { id } = await importCases(at('old'));
    await openAll(at('old'));
    const before = await slides();
    await cp(at('old'), at('copy'), { recursive: true });
    expect(await refreshOf(backend, id, at('copy'))).toMatchObject({ status: 'done', error: null });
    expect([await slides(), await changes(id)]).toEqual([before, null]);

    // Other tissue under the same names, classes and size is refused as a whole.
    await rename(at('copy'), at('gone'));
    await rm(at('old'), { recursive: true });
    await writeCases(at('other'));
    for (const name of NAMES) await copyFile(at('other/p2/slide.tif'), at('other', `${name}.new`));
    for (const name of NAMES) await rename(at('other', `${name}.new`), at('other', name));
    const missing = await slides();
    expect((await refreshOf(backend, id, at('other'))).error).toMatch(/does not hold this dataset/);
    expect(await slides()).toEqual(missing);
  });

  it('of one slide, or of its annotations, takes what lay beside it along', async () => {
    await writeCases(at('old'));
    const ofSlide = await importCases(at('old/one.tif'));
    const ofNotes = await importCases(at('old/p1/slide.tif.geojson'), 'notes');
    const opened = await openAll(at('old'), NAMES.slice(0, 2));
    await rename(at('old'), at('new'));
    await refreshOf(backend, ofSlide.id, at('new/one.tif'));
    expect((await changes(ofSlide.id))?.slides.toSorted()).toEqual(NAMES.slice(0, 2));
    expect((await slides()).map(({ path: file }) => file)).toEqual(
      opened.map((_slide, i) => at('new', NAMES[i]!)).toReversed(),
    );
    await refreshOf(backend, ofNotes.id, at('new/p1/slide.tif.geojson'));
    expect(await changes(ofNotes.id)).toBeNull(); // there was nothing left to point to
  });
});

describe('the slide of a patch', () => {
  const show = (patchId: number) => backend.client('slides.ofPatch', { patchId });
  async function patchOf(datasetId: number, slide: string): Promise<Patch> {
    const patch = (await patchesOf(backend, datasetId)).find((each) => each.slide === slide);
    if (!patch) throw new Error(`no patch of ${slide}`);
    return patch;
  }

  it('joins the list once, from a folder, a slide or its annotations', async () => {
    await writeCases(at('cases'));
    const datasets = [await importCases(at('cases')), await importCases(at('cases/one.tif'), 'b')];
    datasets.push(await importCases(at('cases/one.tif.geojson'), 'c'));
    for (const { id } of datasets) {
      const patch = await patchOf(id, 'one.tif');
      expect((await show(patch.id)).slide).toMatchObject({ path: at('cases/one.tif'), missing: false });
    }
    expect(await slides()).toHaveLength(1);
    const deeper = await patchOf(datasets[0]!.id, 'p1/slide.tif');
    expect((await show(deeper.id)).slide.path).toBe(at('cases/p1/slide.tif'));
  });

  it('is the one of the list that holds the same, wherever it lies', async () => {
    await writeCases(at('cases'));
    const { id } = await importCases(at('cases'));
    const listed = [];
    for (const name of ['p2', 'p1']) {
      await mkdir(at('server', name), { recursive: true });
      await copyFile(at('cases', name, 'slide.tif'), at('server', name, 'slide.tif'));
      listed.push(await open(at('server', name, 'slide.tif')));
    }
    for (const [i, name] of ['p2', 'p1'].entries())
      expect((await show((await patchOf(id, `${name}/slide.tif`)).id)).slide).toEqual(listed[i]);
    // Also when the dataset does not know where its slides are now.
    await rm(at('cases'), { recursive: true });
    expect((await show((await patchOf(id, 'p1/slide.tif')).id)).slide).toEqual(listed[1]);
    await expect(show((await patchOf(id, 'one.tif')).id)).rejects.toThrow(/no file .*one\.tif/);
    expect(await slides()).toEqual(listed.toReversed());
  });

  it('is the missing one of the same path in its folder, pointed to anew with those beside it', async () => {
    await writeCases(at('old'));
    const opened = await openAll(at('old'));
    const prediction = await classified(opened[2]!);
    await rename(at('old'), at('new'));
    const { id } = await importCases(at('new')); // knows nothing of the old folder
    const found = await show((await patchOf(id, 'p2/slide.tif')).id);
    expect(found.slide).toMatchObject({ id: opened[2]!.id, path: at('new/p2/slide.tif'), missing: false });
    expect(await predictionsOf(found.slide.id)).toEqual([prediction]);
    expect(found.others).toEqual([]); // the others lay elsewhere
    expect((await show((await patchOf(id, 'one.tif')).id)).others.map((slide) => slide.id)).toEqual([
      opened[1]!.id,
    ]);
    expect(await slides()).toHaveLength(3);
  });

  it('is opened anew where more than one missing slide could be it', async () => {
    for (const folder of ['a', 'b']) {
      await mkdir(at(folder));
      await copyFile(drawn, at(folder, 'one.tif'));
      await open(at(folder, 'one.tif'));
      await rm(at(folder), { recursive: true });
    }
    await writeCases(at('new'));
    const { id } = await importCases(at('new'));
    const { slide } = await show((await patchOf(id, 'one.tif')).id);
    expect(slide.path).toBe(at('new/one.tif'));
    expect(await slides()).toHaveLength(3);
  });

  it('is shown as missing where it is known and not there', async () => {
    await writeCases(at('cases'));
    const { id } = await importCases(at('cases'));
    const opened = await open(at('cases/one.tif'));
    await rename(at('cases'), at('away'));
    const { slide } = await show((await patchOf(id, 'one.tif')).id);
    expect(slide).toEqual({ ...opened, missing: true });
  });

  it('is none of a patch that is a file', async () => {
    for (const name of ['cat', 'dog']) {
      await mkdir(at('files', name), { recursive: true });
      await writeFile(at('files', name, '1.png'), await tinted(name.length * name.charCodeAt(0)));
    }
    const { id } = await importOf(backend, at('files'));
    const [patch] = await patchesOf(backend, id);
    await expect(show(patch?.id ?? 0)).rejects.toThrow(/was not cut from a slide/);
  });
});
