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
import { describe, expect, it } from 'vitest';
import type { FoundPatch } from '../../src-main/contract/worker.ts';
import { annotatedFolder, crop, image, left, right } from '../support/annotated.ts';
import { qupathGeoJson } from '../support/geojson.ts';
import { runImport } from '../support/importing.ts';
import { damageTiles, meanDifference, writeTiff } from '../support/slides.ts';

const { at, wholeSlide, addSlide, annotate, cut, pixelsOf } = annotatedFolder();
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
  });

  it('refuses what no classifier can be learnt from, saying what was found', async () => {
    addSlide('a.tif', [left, ['Stroma', 400, 0, 410, 0, 410, 10, 400, 10]]);
    await expect(cut()).rejects.toThrow(
      /patches of at least two classes\. Found: Stroma \(0\), Tumour \(160\), where an annotation covers 75 % of a patch/,
    );
    annotate('a.tif', [left, right]);
    await expect(cut({ without: ['Tumour'] })).rejects.toThrow(/at least two classes/);
    addSlide('a.tif', [left, right], path.join(at.folder, 'a.tif.geojson'));
    await expect(cut()).rejects.toThrow(
      /none of the 1 annotated slides can be used\. .*a\.tif is a text file/,
    );
    rmSync(path.join(at.folder, 'a.tif.geojson'));
    await expect(runImport({ path: at.folder, layout: 'annotated' })).rejects.toThrow(
      /No annotated slides were found/,
    );
  });
});
