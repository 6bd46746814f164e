import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { FoundPatch } from '../../src-main/contract/worker.ts';
import { placeInPack, readIndex } from '../../src-main/data/packedPatches.ts';
import { importTask } from '../../src-main/workers/import.ts';
import { annotatedFolder, crop, image, left, right } from '../support/annotated.ts';
import { qupathGeoJson, type Area } from '../support/geojson.ts';
import { recordingContext, runImport } from '../support/importing.ts';
import { damageTiles, meanDifference, writeTiff } from '../support/slides.ts';

const { at, wholeSlide, addSlide, annotate, spec, cut, pixelsOf } = annotatedFolder();
const pathsOf = (patches: readonly FoundPatch[]) => patches.map((patch) => patch.path);
const byPlace = (patches: readonly FoundPatch[]) =>
  new Map(patches.map((patch) => [`${patch.slide} ${patch.place?.x},${patch.place?.y}`, patch]));

describe('import of annotated slides', () => {
  it('cuts the pixels under the annotations, each with its class, split, slide and place', async () => {
    addSlide('train/a.tif');
    addSlide('test/b.tif', [left, ['Stroma', 320, 0, 400, 0, 400, 512, 320, 512]]);
    addSlide('c.tif', [['Necrosis', 0, 0, 64, 0, 64, 64, 0, 64]]);
    const { layout, patches, broken, result } = await cut();
    expect(layout).toMatchObject({ layout: 'annotated', root: at.extractTo, mpp: 0.5 });
    expect(layout.classNames).toEqual(['Necrosis', 'Stroma', 'Tumour']);
    expect(broken).toEqual([]);
    expect(patches).toHaveLength(20 * 16 + 10 * 16 + 2 * 16 + 4); // of b, 80 pixels are 2.5 patches
    expect(result).toEqual({ patches: patches.length, broken: 0 });
    for (const patch of patches) {
      const { x, y, side } = patch.place ?? { x: NaN, y: NaN, side: NaN };
      expect(patch).toMatchObject({ width: 32, height: 32 });
      expect(side).toBe(32);
      expect(patch.path.startsWith(`${patch.slide}.pack#`)).toBe(true);
      const { data } = await pixelsOf(patch);
      expect(Buffer.compare(data, await crop(image, x, y, 32))).toBe(0);
      expect(patch.sha256).toBe(createHash('sha256').update(data).digest('hex'));
      const className = patch.slide === 'c.tif' ? 'Necrosis' : x < 320 ? 'Tumour' : 'Stroma';
      expect(layout.classNames[patch.classIndex]).toBe(className);
      const split = { 'train/a.tif': 'train', 'test/b.tif': 'test', 'c.tif': null }[patch.slide ?? ''];
      expect(patch.split).toBe(split);
    }
    expect(new Set(pathsOf(patches)).size).toBe(patches.length);
  });

  it('brings slides to the microns per pixel that are wanted', async () => {
    addSlide('a.tif');
    const half = await cut({ mpp: 1 });
    expect(half.patches).toHaveLength(10 * 8);
    for (const patch of half.patches) {
      const { x, y, side } = patch.place ?? { x: NaN, y: NaN, side: NaN };
      expect(side).toBe(64);
      // The pyramid's second level is a mean of 2 x 2 pixels, libvips' Lanczos a little sharper.
      expect(meanDifference((await pixelsOf(patch)).data, await crop(image, x, y, 64, 32))).toBeLessThan(4);
    }
    const stored = await cut({ mpp: null });
    expect(stored.layout.mpp).toBe(0.5);
    expect(stored.patches).toHaveLength(20 * 16);
  });

  it('does not cut anew what is there, and keeps the numbers of patches when annotations change', async () => {
    addSlide('a.tif');
    addSlide('b.tif');
    const first = await cut();
    const files = () =>
      readdirSync(at.extractTo)
        .filter((name) => name.endsWith('.pixels'))
        .map((name) => [name, statSync(path.join(at.extractTo, name))] as const);
    const before = files();
    const again = await cut();
    expect(again.patches).toEqual(first.patches);
    expect(files().map(([, { mtimeMs }]) => mtimeMs)).toEqual(before.map(([, { mtimeMs }]) => mtimeMs));

    annotate('a.tif', [['Stroma', 0, 0, 160, 0, 160, 512, 0, 512]]);
    annotate('b.tif', [left, ['Fat', 320, 0, 640, 0, 640, 512, 320, 512]]);
    const fewer = await cut();
    const known = byPlace(first.patches);
    expect(fewer.patches).toHaveLength(5 * 16 + 20 * 16);
    for (const [place, patch] of byPlace(fewer.patches)) expect(patch.path).toBe(known.get(place)?.path);
    expect(fewer.layout.classNames).toEqual(['Fat', 'Stroma', 'Tumour']);

    for (const name of ['a.tif', 'b.tif']) annotate(name, [left, right]);
    expect((await cut()).patches).toEqual(first.patches);
    expect(files().map(([, { size }]) => size)).toEqual(before.map(([, { size }]) => size));
    // What an earlier revision learnt from stays readable: nothing was overwritten.
    for (const patch of first.patches.slice(0, 50)) {
      const { data } = await pixelsOf(patch);
      expect(createHash('sha256').update(data).digest('hex')).toBe(patch.sha256);
    }
  });

  it('cuts a slide anew when it is another one, not when only its date is', async () => {
    addSlide('a.tif');
    const first = await cut();
    utimesSync(path.join(at.folder, 'a.tif'), 1, 1);
    const pixels = readdirSync(at.extractTo).find((name) => name.endsWith('.pixels')) ?? '';
    const { mtimeMs } = statSync(path.join(at.extractTo, pixels));
    await cut();
    expect(statSync(path.join(at.extractTo, pixels)).mtimeMs).toBe(mtimeMs);

    const negative = { ...image, data: image.data.map((value) => 255 - value) };
    await writeTiff(path.join(at.folder, 'a.tif'), negative, { compression: 'deflate' });
    const { patches } = await cut();
    expect(pathsOf(patches)).toEqual(pathsOf(first.patches));
    const { data } = await pixelsOf(patches[7]!);
    const { x, y } = patches[7]!.place!;
    expect(Buffer.compare(data, await crop(negative, x, y, 32))).toBe(0);
    expect(readdirSync(at.extractTo).filter((name) => name.endsWith('.pixels'))).toHaveLength(1);
  });

  it('survives a torn or lost pack, and removes those of slides that are gone', async () => {
    for (const name of ['a.tif', 'b.tif', 'sub/c.tif', 'd.tif']) addSlide(name);
    const first = await cut();
    const find = (start: string, end: string) =>
      path.join(
        at.extractTo,
        readdirSync(at.extractTo).find((name) => name.startsWith(start) && name.endsWith(end)) ?? '?',
      );
    appendFileSync(find('a.tif', '.pixels'), 'junk of an attempt that was broken off');
    writeFileSync(find('b.tif', '.places'), '');
    writeFileSync(find('d.tif', '.pack.json'), '{');
    rmSync(path.join(at.folder, 'sub'), { recursive: true });
    const { patches } = await cut();
    expect(patches).toEqual(first.patches.filter(({ slide }) => slide !== 'sub/c.tif'));
    expect(readdirSync(path.join(at.extractTo, 'sub'))).toEqual([]);
    for (const patch of patches.filter((_patch, i) => i % 50 === 0))
      expect(
        createHash('sha256')
          .update((await pixelsOf(patch)).data)
          .digest('hex'),
      ).toBe(patch.sha256);
  });

  it('leaves out the patches of a damaged tile and names them', async () => {
    addSlide('a.tif');
    addSlide('b.tif');
    await damageTiles(path.join(at.folder, 'a.tif'), 0, [
      [1, 1],
      [8, 7],
    ]);
    const { patches, broken, result } = await cut();
    expect(broken).toHaveLength(8); // a tile of 64 pixels holds four patches of 32
    expect(broken.map(({ path: name }) => name).sort()).toContain('a.tif (64, 96)');
    expect(broken[0]?.reason).toMatch(/The tile in column 1, row 1 of level 0 of .*a\.tif is damaged/);
    expect(patches).toHaveLength(2 * 320 - 8);
    expect(result).toEqual({ patches: 632, broken: 8 });
    for (const patch of patches.filter(({ slide }) => slide === 'a.tif')) {
      const { x, y } = patch.place!;
      expect(Buffer.compare((await pixelsOf(patch)).data, await crop(image, x, y, 32))).toBe(0);
    }
    // With the whole slide in its place, all are cut.
    copyFileSync(wholeSlide, path.join(at.folder, 'a.tif'));
    expect((await cut()).patches).toHaveLength(640);
  });

  it('names what cannot be cut, and goes on with the rest', async () => {
    addSlide('a.tif');
    addSlide('no annotations.tif', null);
    addSlide('unknown scale.tif');
    await writeTiff(path.join(at.folder, 'unknown scale.tif'), image, {
      compression: 'deflate',
      xres: 1,
      yres: 1,
    });
    writeFileSync(path.join(at.folder, 'text.svs'), 'no slide');
    annotate('text.svs', [left]);
    addSlide('cut off.tif');
    writeFileSync(path.join(at.folder, 'cut off.tif'), readFileSync(wholeSlide).subarray(0, 100_000));
    addSlide('wrong json.tif');
    writeFileSync(path.join(at.folder, 'wrong json.tif.geojson'), '{"type": "Feat');
    addSlide('half wrong.tif');
    writeFileSync(
      path.join(at.folder, 'half wrong.tif.geojson'),
      qupathGeoJson([left, right]).replace('[320,0]', '["x",0]'),
    );
    const { patches, broken } = await cut();
    expect(new Set(patches.map(({ slide }) => slide))).toEqual(new Set(['a.tif', 'half wrong.tif']));
    expect(Object.fromEntries(broken.map(({ path: name, reason }) => [name, reason]))).toEqual({
      'no annotations.tif': expect.stringMatching(/There are no annotations of this slide/),
      'unknown scale.tif': expect.stringMatching(/does not state its microns per pixel.*Enter those/),
      'text.svs': expect.stringMatching(/is a text file, whatever its name says/),
      'cut off.tif': expect.stringMatching(/is incomplete/),
      'wrong json.tif': expect.stringMatching(/wrong json\.tif\.geojson is cut off/),
      'half wrong.tif.geojson': expect.stringMatching(/Feature 1: a corner has coordinates/),
    });
    const told = await cut({ slideMpp: 0.25 });
    const scaled = told.patches.filter(({ slide }) => slide === 'unknown scale.tif');
    expect(scaled).toHaveLength(5 * 2 * 8);
    expect(scaled[0]?.place?.side).toBe(64);
    // Those that state theirs are believed.
    expect(told.patches.find(({ slide }) => slide === 'a.tif')?.place?.side).toBe(32);
  });

  it('numbers the classes that give patches, in order, whatever other classes there are', async () => {
    const between: Area = ['Fat', 320, 0, 384, 0, 384, 512, 320, 512];
    const tiny: Area = ['Mucus', 600, 0, 608, 0, 608, 8, 600, 8];
    addSlide('a.tif', [left, between, ['Vessel', 384, 0, 640, 0, 640, 512, 384, 512], tiny]);
    const { layout, patches } = await cut({ without: ['Fat', 'Unheard of'] });
    expect(layout.classNames).toEqual(['Tumour', 'Vessel']);
    expect(patches).toHaveLength(320 - 2 * 16);
    for (const { place, classIndex } of patches) expect(classIndex).toBe(place!.x < 320 ? 0 : 1);
    const all = await cut();
    expect(all.layout.classNames).toEqual(['Fat', 'Tumour', 'Vessel']);
    const of = (x: number) => (x < 320 ? 1 : x < 384 ? 0 : 2);
    for (const { place, classIndex } of all.patches) expect(classIndex).toBe(of(place!.x));
  });

  it('gives a slide up of which too many tiles are damaged, and goes on with the next', async () => {
    addSlide('a.tif');
    addSlide('b.tif', [['Tumour', 0, 0, 64, 0, 64, 32, 0, 32]]);
    const tiles = Array.from({ length: 49 }, (_, i): [number, number] => [i % 7, Math.floor(i / 7)]);
    await damageTiles(path.join(at.folder, 'a.tif'), 0, tiles);
    const { patches, broken } = await cut({ mpp: null, overlap: 0.75 });
    expect(broken.at(-1)).toEqual({
      path: 'a.tif',
      reason: expect.stringMatching(/^So many of its tiles are damaged that the other .* were given up\.$/),
    });
    // At y = 0 from 0 to 40, which is covered by three quarters; at y = 8 these are not enough.
    expect(patches.filter(({ slide }) => slide === 'b.tif')).toHaveLength(6 + 5);
  });

  it('tells of patches only once they are safe on disk', async () => {
    addSlide('a.tif');
    let now = 0; // time flies, so that each chunk is stored by itself
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 2000));
    const counts: number[] = [];
    const { context } = recordingContext<'import'>();
    // Chunks of 4 x 4 squares of 64 pixels.
    await importTask(spec({ patchSize: 448, mpp: (0.5 * 64) / 448 }), {
      ...context,
      event(event) {
        if (event.type !== 'patches') return;
        const places = event.patches.map((patch) => placeInPack(path.join(at.extractTo, patch.path))!);
        const { count } = readIndex(places[0]!.index);
        expect(Math.max(...places.map(({ position }) => position))).toBeLessThan(count);
        counts.push(count);
      },
    });
    vi.restoreAllMocks();
    expect(counts.length).toBeGreaterThan(3);
    expect(counts.at(-1)).toBe(80);
  });

  it('cuts nothing where Ignore* lies, also where a smaller annotation lies in it', async () => {
    const ignored: Area = ['Ignore*', 0, 0, 320, 0, 320, 256, 0, 256];
    addSlide('a.tif', [left, right, ['Tumour', 32, 32, 128, 32, 128, 128, 32, 128], ignored]);
    const { patches } = await cut();
    expect(patches.filter(({ place }) => place!.x < 320 && place!.y < 256)).toEqual([]);
    expect(patches).toHaveLength(320 - 80);
  });

  it('knows the scale in the slides’ own pixels where those that give patches agree', async () => {
    addSlide('a.tif');
    addSlide('b.tif', [['Tumour', 0, 0, 8, 0, 8, 8, 0, 8]]);
    await writeTiff(path.join(at.folder, 'b.tif'), image, { compression: 'deflate', xres: 1000, yres: 1000 });
    expect((await cut({ mpp: null })).layout.mpp).toBe(0.5);
    annotate('b.tif', [left]);
    expect((await cut({ mpp: null })).layout.mpp).toBeNull();
  });

  it('says why where nothing belongs together', async () => {
    addSlide('x/a.tif', null);
    addSlide('y/a.tif', null);
    annotate('a.tif', [left, right]);
    await expect(runImport({ path: at.folder, layout: 'annotated' })).rejects.toThrow(
      /none of the annotated slides can be used\. These annotations could belong to x\/a\.tif or y\/a\.tif\. Put the file beside its slide\./,
    );
  });

  it('refuses what no classifier can be learnt from, saying what was found', async () => {
    addSlide('a.tif', [left, ['Stroma', 400, 0, 410, 0, 410, 10, 400, 10]]);
    await expect(cut()).rejects.toThrow(
      /patches of at least two classes\. Found: Stroma \(0\), Tumour \(160\), where an annotation covers 75 % of a patch/,
    );
    annotate('a.tif', [left, right]);
    await expect(cut({ without: ['Tumour'] })).rejects.toThrow(/at least two classes/);
    addSlide('a.tif', [left, right], path.join(at.folder, 'a.tif.geojson'));
    await expect(cut()).rejects.toThrow(/none of the annotated slides can be used\. .*a\.tif is a text file/);
    rmSync(path.join(at.folder, 'a.tif.geojson'));
    await expect(runImport({ path: at.folder, layout: 'annotated' })).rejects.toThrow(
      /No annotated slides were found/,
    );
  });
});
