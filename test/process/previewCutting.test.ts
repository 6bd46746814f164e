import { rmSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { PatchCutting } from '../../src-main/contract/values/annotations.ts';
import { previewCuttingTask } from '../../src-main/workers/previewCutting.ts';
import { annotatedFolder, cuttingOf, HEIGHT, left, WIDTH } from '../support/annotated.ts';
import { recordingContext } from '../support/importing.ts';

const { at, addSlide, cut } = annotatedFolder();
const preview = (changes: Partial<PatchCutting> = {}, slide = 0) =>
  previewCuttingTask(
    {
      path: at.folder,
      annotations: null,
      cutting: cuttingOf(changes),
      slide,
      tissueFolder: `${at.folder}.tissue`,
    },
    recordingContext<'previewCutting'>().context,
  );

describe('previewCutting', () => {
  it('counts what the import then cuts, and draws a slide', async () => {
    addSlide('a.tif');
    addSlide('b.tif', [
      left,
      ['Stroma', 320, 0, 330, 0, 330, 10, 320, 10],
      ['Ignore*', 0, 0, 320, 0, 320, 256, 0, 256],
    ]);
    addSlide('c.tif', [left, ['Fat', 5000, 0, 6000, 0, 6000, 500]]);
    rmSync(path.join(at.folder, 'c.tif'));
    const seen = await preview({}, 1);
    const { patches, layout } = await cut();
    expect(seen.classes.map(({ name }) => name)).toEqual(layout.classNames);
    expect(seen.classes.map(({ patches: count }) => count)).toEqual(
      layout.classNames.map((_name, i) => patches.filter(({ classIndex }) => classIndex === i).length),
    );
    expect(seen.classes.map(({ annotations }) => annotations)).toEqual([2, 2]);
    expect(seen.bytes).toBe(patches.length * 32 * 32 * 3);
    expect(seen.slides.map(({ slide, patches: counts }) => [slide, counts])).toEqual([
      ['a.tif', [160, 160]],
      ['b.tif', [0, 80]],
    ]);
    expect(seen.slides[1]?.notes).toEqual([
      'Nothing is cut where 1 annotation of Ignore* lies.',
      '1 annotation is too small: less than 75 % of a patch.',
    ]);
    expect(seen.notes.join(' ')).toMatch(
      /Left out: c\.tif\.geojson\. There is no slide for these annotations/,
    );
    const { picture } = seen;
    expect(picture).toMatchObject({ width: WIDTH, height: HEIGHT, side: 32 });
    expect(picture?.outlines).toEqual([
      { classIndex: 1, rings: [left.slice(1)] },
      { classIndex: 0, rings: [[320, 0, 330, 0, 330, 10, 320, 10]] },
    ]);
    expect(picture?.corners).toHaveLength(2 * 80);
    expect(new Set(picture?.classIndices)).toEqual(new Set([1]));
    expect(Math.min(...(picture?.corners.filter((_value, i) => i % 2 === 1) ?? []))).toBe(256);
    const jpeg = Buffer.from(picture?.thumbnail.replace('data:image/jpeg;base64,', '') ?? '', 'base64');
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 640 });
  });

  it('says what makes a result worth less', async () => {
    addSlide('a.tif', [
      left,
      ['Stroma', 320, 0, 384, 0, 384, 64, 320, 64],
      ['Fat', 9000, 0, 9900, 0, 9900, 900],
    ]);
    const seen = await preview({ overlap: 0.5, mpp: 0.25, patchSize: 64 });
    expect(seen.slides[0]?.notes).toEqual([
      '1 annotation of 3 lies outside the slide: are these annotations of another slide?',
      'The slide has 0.5 µm per pixel. Patches at 0.25 µm are enlarged; they show no more than it holds.',
    ]);
    const notes = seen.notes.join('\n');
    expect(notes).toMatch(/Fewer than 20 patches: Fat, Stroma/);
    expect(notes).toMatch(/All patches are of one slide/);
    expect(notes).toMatch(/Neighbours overlap/);
    expect((await preview({}, 7)).picture).toBeNull();
  });
});
