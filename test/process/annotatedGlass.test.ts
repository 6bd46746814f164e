import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Random } from '../../src-main/base/random.ts';
import { importTask } from '../../src-main/workers/import.ts';
import { previewCuttingTask } from '../../src-main/workers/previewCutting.ts';
import type { PatchCutting } from '../../src-main/contract/values/annotations.ts';
import type { FoundPatch } from '../../src-main/contract/worker.ts';
import { annotatedFolder, cuttingOf } from '../support/annotated.ts';
import type { Area } from '../support/geojson.ts';
import { importOf, importingTasks, patchesOf, refreshOf } from '../support/refreshing.ts';
import { recordingContext } from '../support/importing.ts';
import { REAL_DATA } from '../support/realData.ts';
import { testBackend } from '../unit/backend/support.ts';
import { fakeTasks } from '../unit/backend/tasks.ts';
import { realSlide, temporaryFolder, writeTiff } from '../support/slides.ts';

const { at, addSlide, annotate, cut, spec } = annotatedFolder();
const stained = path.join(temporaryFolder(), 'stained.tif');
const SIDE = 2048;
/** Patches: 32 of them along a side of the slide. */
const PATCH = 64;
const half = { patchSize: PATCH, leastTissue: 0.5 };

/** Tissue left of x = 1024, glass right of it. */
beforeAll(async () => {
  const random = Random.from(4, 'glass');
  const data = new Uint8Array(SIDE * SIDE * 3);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const noise = random.integer(9) - 4;
    const [red, green, blue] = i % SIDE < 1024 ? [190, 110, 165] : [243, 243, 242];
    data.set([red + noise, green + noise, blue + noise], 3 * i);
  }
  await writeTiff(
    stained,
    { width: SIDE, height: SIDE, data },
    { compression: 'deflate', tileWidth: 256, tileHeight: 256 },
  );
});

const rectangle = (name: string, [x, y]: [number, number], [right, bottom]: [number, number]): Area => [
  ...([name, x, y, right, y, right, bottom, x, bottom] as const),
];
/** 16 x 16 squares of tissue, and 5 x 16 of glass at their right, which were meant to be tumour. */
const loose = rectangle('Tumour', [0, 0], [21 * PATCH, 1024]);
const stroma = rectangle('Stroma', [0, 1024], [1024, 2048]);
const background = rectangle('Background', [22 * PATCH, 0], [2048, 2048]);

const tissueFolder = () => `${at.folder}.tissue`;
const preview = (changes: Partial<PatchCutting> = half) =>
  previewCuttingTask(
    {
      path: at.folder,
      annotations: null,
      cutting: cuttingOf(changes),
      slide: 0,
      tissueFolder: tissueFolder(),
    },
    recordingContext<'previewCutting'>().context,
  );
const countsOf = (patches: readonly FoundPatch[]) =>
  [0, 1, 2].map((index) => patches.filter(({ classIndex }) => classIndex === index).length);
const packFiles = () =>
  readdirSync(at.extractTo).map((name) => {
    const { size, mtimeMs } = statSync(path.join(at.extractTo, name));
    return [name, size, name.endsWith('.json') ? 0 : mtimeMs];
  });

describe('the least tissue of patches', () => {
  it('leaves out squares of glass, but not of a class that is glass', async () => {
    addSlide('a.tif', [loose, stroma, background], stained);
    const all = await cut({ patchSize: PATCH });
    expect(all.layout.classNames).toEqual(['Background', 'Stroma', 'Tumour']);
    expect(countsOf(all.patches)).toEqual([10 * 32, 16 * 16, 21 * 16]);

    const kept = await cut(half);
    expect(countsOf(kept.patches)).toEqual([10 * 32, 16 * 16, 16 * 16]);
    expect(kept.broken).toEqual([]);
    for (const { classIndex, place } of kept.patches)
      if (classIndex === 2) expect(place!.x).toBeLessThan(1024);
  });

  it('is counted and drawn before, as it is cut then', async () => {
    addSlide('a.tif', [loose, stroma, background], stained);
    const seen = await preview();
    expect(seen.classes).toEqual([
      { name: 'Background', annotations: 1, patches: 320, glass: 0 },
      { name: 'Stroma', annotations: 1, patches: 256, glass: 0 },
      { name: 'Tumour', annotations: 1, patches: 256, glass: 80 },
    ]);
    expect(seen.slides[0]).toMatchObject({ patches: [320, 256, 256], glass: 80, notes: [] });
    expect(seen.notes).toEqual(
      expect.arrayContaining([
        'Left out as glass: 80 squares of which less than 50 % is tissue.',
        'Nothing is left out as glass of Background: less than 25 % of what is annotated so is tissue, so glass seems to be meant.',
      ]),
    );
    const crossed = seen.picture?.glass ?? [];
    expect(crossed).toHaveLength(2 * 80);
    for (const [i, value] of crossed.entries())
      if (i % 2 === 0) expect([1024, 1088, 1152, 1216, 1280]).toContain(value);
      else expect(value).toBeLessThan(1024);
    expect(seen.bytes).toBe(832 * PATCH * PATCH * 3);

    const without = await preview({ patchSize: PATCH });
    expect(without.slides[0]).toMatchObject({ patches: [320, 256, 336], glass: 0 });
    expect(without.picture?.glass).toEqual([]);
    expect(without.notes.join()).not.toMatch(/glass/);
  });

  it('gives the same patches again, and keeps their numbers when annotations change', async () => {
    addSlide('a.tif', [loose, stroma], stained);
    const first = await cut(half);
    const files = packFiles();
    expect((await cut(half)).patches).toEqual(first.patches);
    expect(packFiles()).toEqual(files);

    annotate('a.tif', [rectangle('Tumour', [512, 0], [1600, 1024]), stroma]); // 8 columns less, none of tissue more
    const fewer = await cut(half);
    expect(fewer.patches).toEqual(first.patches.filter(({ place }) => place!.y >= 1024 || place!.x >= 512));
    expect(packFiles()).toEqual(files);

    // Without the rule what was left out comes after what is there.
    annotate('a.tif', [loose, stroma]);
    const all = await cut({ patchSize: PATCH });
    expect(countsOf(all.patches)).toEqual([256, 336, 0]);
    const paths = new Set(first.patches.map((patch) => patch.path));
    expect(all.patches.filter((patch) => paths.has(patch.path))).toEqual(first.patches);
    expect((await cut(half)).patches).toEqual(first.patches);
  });

  it('is the same for a refresh, which finds only what is new', async () => {
    const backend = await testBackend({ ...fakeTasks, ...importingTasks });
    addSlide('a.tif', [loose, stroma], stained);
    const cutting = { patchSize: PATCH, leastTissue: 0.5 };
    const { id, cutting: stored } = await importOf(backend, at.folder, { layout: 'annotated', cutting });
    expect(stored?.leastTissue).toBe(0.5);
    const before = await patchesOf(backend, id);
    expect(before).toHaveLength(512);
    expect(await refreshOf(backend, id)).toMatchObject({ status: 'done', error: null });
    expect(await backend.client('datasets.get', { id })).toMatchObject({ revision: 1, patches: 512 });
    // Two columns of tissue less, one of glass more.
    annotate('a.tif', [rectangle('Tumour', [128, 0], [1408, 1024]), stroma]);
    await refreshOf(backend, id);
    expect(await backend.client('datasets.changes', { id })).toMatchObject({
      ...{ unchanged: 480, removed: 32, added: 0, changed: 0 },
    });
    const known = new Map(before.map((patch) => [patch.id, patch]));
    for (const patch of await patchesOf(backend, id)) expect(patch).toEqual(known.get(patch.id));
    await backend.close();
  });

  it('is the same for an import that was stopped and goes on', async () => {
    addSlide('a.tif', [loose, stroma, background], stained);
    let now = 0; // time flies, so that each chunk is stored by itself
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 2000));
    const stop = new AbortController();
    const told: FoundPatch[] = [];
    const { context } = recordingContext<'import'>(stop.signal);
    const stopped = importTask(spec(half), {
      ...context,
      event(event) {
        if (event.type !== 'patches') return;
        told.push(...event.patches);
        stop.abort();
      },
    });
    await expect(stopped).rejects.toThrow(/abort/i);
    vi.restoreAllMocks();
    const goneOn = await cut(half);
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(goneOn.patches.length);
    expect(goneOn.patches.slice(0, told.length)).toEqual(told);
    rmSync(at.extractTo, { recursive: true });
    expect((await cut(half)).patches).toEqual(goneOn.patches);
  });

  it('names a slide of which nothing is left, and says what was asked where no class is', async () => {
    addSlide('a.tif', [loose, stroma], stained);
    addSlide('b.tif', [rectangle('Stroma', [22 * PATCH, 0], [24 * PATCH, 256])], stained);
    const seen = await preview();
    expect(seen.slides[1]).toMatchObject({
      glass: 8,
      patches: [0, 0],
      notes: ['All covered squares (8) are left out as glass. Only stained tissue is told from it.'],
    });
    expect(new Set((await cut(half)).patches.map(({ slide }) => slide))).toEqual(new Set(['a.tif']));
    await expect(cut({ ...half, without: ['Tumour'] })).rejects.toThrow(
      /covers 75 % of a patch and 50 % of it is tissue, not glass\./,
    );
  });

  it('is read from a slide once for all previews, and again where what was kept is of no use', async () => {
    addSlide('a.tif', [loose, stroma], stained);
    const glassIn = async () => (await preview()).slides[0]?.glass;
    expect(await glassIn()).toBe(80);
    const [name = ''] = readdirSync(tissueFolder());
    const file = path.join(tissueFolder(), name);
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { width: number; height: number };
    // All of it tissue now: what is kept is what is looked at.
    const data = deflateSync(new Uint8Array(kept.width * kept.height).fill(1)).toString('base64');
    writeFileSync(file, JSON.stringify({ ...kept, data }));
    expect(await glassIn()).toBe(0);
    for (const wrong of ['{"width"', JSON.stringify({ ...kept, data, width: kept.width + 1 })]) {
      writeFileSync(file, wrong);
      expect(await glassIn()).toBe(80);
    }
    // A file where the folder should be: nothing can be kept.
    writeFileSync(`${at.folder}.no`, '');
    const { slides } = await previewCuttingTask(
      ...[
        {
          path: at.folder,
          annotations: null,
          cutting: cuttingOf(half),
          slide: 0,
          tissueFolder: `${at.folder}.no`,
        },
      ],
      recordingContext<'previewCutting'>().context,
    );
    expect(slides[0]?.glass).toBe(80);
  });
});

describe.skipIf(!REAL_DATA)('on a real slide', () => {
  it('keeps what somebody else called tissue, and leaves out what they called glass', async () => {
    const [width, side] = [10_240, 224];
    addSlide(
      'colon.tif',
      [rectangle('Left', [0, 0], [width / 2, width]), rectangle('Right', [width / 2, 0], [width, width])],
      realSlide('colon-region-10240.tif'),
    );
    const truth = await sharp(realSlide('colon-region-10240-tissue-mask-div16.png'))
      .extractChannel(0)
      .raw()
      .toBuffer();
    const tissueIn = (x: number, y: number) => {
      let sum = 0;
      for (let row = y / 16; row < (y + side) / 16; row++)
        for (let column = x / 16; column < (x + side) / 16; column++)
          sum += (truth[row * 640 + column] ?? 0) > 127 ? 1 : 0;
      return sum / (side / 16) ** 2;
    };
    const { picture, slides } = await preview({ patchSize: side, leastTissue: 0.5 });
    const places = (corners: readonly number[] = []) =>
      Array.from({ length: corners.length / 2 }, (_, i) => tissueIn(corners[2 * i]!, corners[2 * i + 1]!));
    const [kept, glass] = [places(picture?.corners), places(picture?.glass)];
    expect(kept.length + glass.length).toBe(45 * 45);
    expect(slides[0]?.glass).toBe(glass.length);
    const right = kept.filter((share) => share >= 0.5).length + glass.filter((share) => share < 0.5).length;
    expect(right / (45 * 45)).toBeGreaterThan(0.95);
    expect(Math.max(...glass)).toBeLessThan(0.75);
  });
});
