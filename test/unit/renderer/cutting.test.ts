import { describe, expect, it } from 'vitest';
import { defaultCutting } from '../../../src-main/contract/cuttingDefaults.ts';
import { classColour } from '../../../src-main/contract/palette.ts';
import { PatchCutting, type CuttingPreview } from '../../../src-main/contract/values/annotations.ts';
import {
  cuttingSentence,
  cuttingWords,
  cuttingProblem,
  patchesOf,
  pictureWords,
} from '../../../src-renderer/datasets/cutting/cuttingWords.ts';
import { coloursOf } from '../../../src-renderer/datasets/cutting/classColours.ts';
import { fitted, patchAt } from '../../../src-renderer/datasets/cutting/pictureView.ts';
import { placeIn, placeQuery } from '../../../src-renderer/slides/slidePlace.ts';

const slide = (name: string, patches: number[], problem: string | null = null, glass = 0) => ({
  ...{ slide: name, problem, mpp: 0.5, patches, glass, notes: [] },
});

const preview: CuttingPreview = {
  classes: [
    { name: 'Tumour', annotations: 4, patches: 900, glass: 0 },
    { name: 'Stroma', annotations: 3, patches: 340, glass: 0 },
    { name: 'Fat', annotations: 1, patches: 0, glass: 0 },
  ],
  slides: [
    slide('a/one.svs', [900, 0, 0]),
    slide('two.tif', [0, 340, 0]),
    slide('three.svs', [0, 0, 0], 'Its annotations lie outside the slide.'),
  ],
  bytes: 190_000_000,
  notes: [],
  picture: null,
};
const nothing: CuttingPreview = {
  ...preview,
  classes: preview.classes.map((one) => ({ ...one, patches: 0 })),
};

it('begins with what the contract takes where nothing is said', () => {
  expect(defaultCutting()).toEqual(PatchCutting.parse({}));
});

describe('cutting in words', () => {
  it('says what the import will do', () => {
    expect(cuttingSentence(preview, defaultCutting())).toBe(
      'Cuts 1,240 patches of 224 px (112 µm) from 2 slides, 2 classes; takes 190.0 MB in the workspace.',
    );
    const one = { ...preview, classes: [{ name: 'Fat', annotations: 1, patches: 1, glass: 0 }], bytes: 900 };
    expect(cuttingSentence({ ...one, slides: [slide('x.svs', [1])] }, { patchSize: 96, mpp: null })).toBe(
      'Cuts 1 patch of 96 px from 1 slide, 1 class; takes 900 B in the workspace.',
    );
  });

  it('says how patches were cut', () => {
    expect(cuttingWords(defaultCutting())).toBe('224 px at 0.5 µm/px, covered ≥ 75 %');
    expect(
      cuttingWords({
        ...defaultCutting(),
        mpp: null,
        coverage: 1,
        leastTissue: 0.5,
        overlap: 0.25,
        without: ['Fat', 'Other'],
      }),
    ).toBe('224 px as stored, covered ≥ 100 %, tissue ≥ 50 %, overlapping by 25 %, without Fat, Other');
  });

  it('says what to change where nothing can be learnt', () => {
    const settings = defaultCutting();
    expect(cuttingProblem(preview, settings)).toBeNull();
    expect(cuttingProblem(nothing, settings)).toBe(
      'No patch is covered to 75 %: lower the share, or choose smaller patches.',
    );
    const glass = { ...nothing, classes: nothing.classes.map((one) => ({ ...one, glass: 7 })) };
    expect(cuttingProblem(glass, { ...settings, leastTissue: 0.9 })).toBe(
      'Every covered square is left out as glass: lower the least tissue from 90 %.',
    );
    expect(cuttingProblem(nothing, { ...settings, without: ['Tumour', 'Stroma', 'Fat'] })).toMatch(
      /^Every class/,
    );
    const one = { ...preview, classes: preview.classes.toSpliced(1, 1) };
    expect(cuttingProblem(one, settings)).toMatch(/^Patches of one class only \(Tumour\)/);
    const broken = { ...nothing, slides: nothing.slides.slice(2) };
    expect(cuttingProblem(broken, settings)).toMatch(/^None of the slides can be cut/);
  });

  it('gives classes the colours that the dataset will give them', () => {
    const colour = coloursOf([{ patches: 0 }, { patches: 3 }, { patches: 0 }, { patches: 1 }]);
    expect([0, 1, 2, 3].map(colour)).toEqual([2, 0, 3, 1].map(classColour));
  });

  it('names a slide’s classes', () => {
    const names = preview.classes.map(({ name }) => name);
    expect(pictureWords(slide('x.svs', [12, 0, 1200]), names)).toBe('x.svs: 12 Tumour, 1,200 Fat');
    expect(pictureWords(slide('x.svs', [0, 0, 0]), names)).toBe('x.svs: no patches');
    expect(pictureWords(slide('x.svs', [12, 0, 0], null, 1300), names)).toBe(
      'x.svs: 12 Tumour; 1,300 squares of glass left out',
    );
    expect(patchesOf({ patches: [12, 0, 1200] })).toBe(1212);
  });
});

describe('the picture', () => {
  it('shows the whole slide in the middle of its room', () => {
    expect(fitted({ width: 1000, height: 500 }, { width: 400, height: 400 })).toEqual({
      ...{ x: 0, y: 100, scale: 0.4 },
    });
    expect(fitted({ width: 500, height: 1000 }, { width: 400, height: 200 })).toEqual({
      ...{ x: 150, y: 0, scale: 0.2 },
    });
  });

  it('finds the patch under the pointer, the upper one of two', () => {
    const picture = { corners: [0, 0, 100, 0, 50, 0], side: 100 };
    expect(patchAt(picture, { x: 10, y: 99 })).toBe(0);
    expect(patchAt(picture, { x: 75, y: 50 })).toBe(2);
    expect(patchAt(picture, { x: 199, y: 50 })).toBe(1);
    expect(patchAt(picture, { x: 200, y: 50 })).toBeNull();
    expect(patchAt(picture, { x: -1, y: 50 })).toBeNull();
  });
});

describe('the slide that a patch was cut from', () => {
  it('is shown at the place that its address points at', () => {
    const query = placeQuery({ x: 100, y: 0, side: 448 });
    expect(placeIn(Object.fromEntries(new URLSearchParams(query)))).toEqual({ x: 100, y: 0, size: 448 });
    expect(placeIn({})).toBeNull();
    expect(placeIn({ x: '1', y: '2', side: 'wide' })).toBeNull();
    expect(placeIn({ x: '1', y: '2', side: '0' })).toBeNull();
  });
});
