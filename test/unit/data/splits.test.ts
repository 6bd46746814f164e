import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { stratifiedFolds } from '../../../src-main/data/folds.ts';
import { drawSplits, type SplitOptions, type SplitPatch } from '../../../src-main/data/splits.ts';

const options: SplitOptions = {
  perClass: 12,
  validationPerClass: 5,
  testFraction: 0.1,
  groupBySlide: false,
  seed: 1,
  classes: 3,
};

/** Classes of 60, 70 and 80 patches; every ninth has the bytes of an earlier one, now and then of another class. */
function someSet(seed: number, assign: (random: Random) => SplitPatch['split'] = () => null): SplitPatch[] {
  const random = Random.from(seed, 'test set');
  const slides = Random.from(seed, 'test slides');
  const patches: SplitPatch[] = [];
  for (const [classIndex, count] of [60, 70, 80].entries())
    for (let i = 0; i < count; i++) {
      const duplicate = patches.length > 0 && random.uniform() < 1 / 9;
      patches.push({
        id: patches.length + 1,
        classIndex,
        split: assign(random),
        duplicateOf: duplicate ? 1 + random.integer(patches.length) : null,
        slide: slides.uniform() < 0.05 ? null : `slide ${slides.integer(24)}`,
        path: `c${classIndex}/${random.integer(1e9)}-${patches.length}.png`,
      });
    }
  return patches;
}

const ids = (patches: readonly SplitPatch[]) => patches.map(({ id }) => id);

/** The first patch of each patch's chain of duplicates. */
function content(patches: readonly SplitPatch[], patch: SplitPatch): number {
  const earlier = patches.find(({ id }) => id === patch.duplicateOf);
  return earlier ? content(patches, earlier) : patch.id;
}

describe('drawSplits', () => {
  const assigners: [string, ((random: Random) => SplitPatch['split']) | undefined][] = [
    ['no splits', undefined],
    ['train and test', (random) => (random.uniform() < 0.3 ? 'test' : 'train')],
    [
      'train, val and test',
      (random) => (['train', 'train', 'train', 'val', 'test'] as const)[random.integer(5)] ?? null,
    ],
  ];

  describe.each(assigners)('from a source with %s', (_name, assign) => {
    const seeds = Array.from({ length: 25 }, (_, seed) => seed);

    it('never puts the same bytes into two parts, and trains on none twice', () => {
      for (const seed of seeds) {
        const patches = someSet(seed, assign);
        const { train, val, test } = drawSplits(patches, { ...options, seed });
        const [trained, validated, tested] = [train, val, test].map((part) =>
          part.map((p) => content(patches, p)),
        );
        const tests = new Set(tested);
        const validations = new Set(validated);
        expect(trained?.filter((key) => tests.has(key) || validations.has(key))).toEqual([]);
        expect(validated?.filter((key) => tests.has(key))).toEqual([]);
        expect(new Set(trained).size).toBe(trained?.length);
      }
    });

    it('does not depend on the order of the patches', () => {
      for (const seed of seeds) {
        const patches = someSet(seed, assign);
        const shuffled = Random.from(seed, 'shuffle').shuffled(patches);
        expect(drawSplits(shuffled, options)).toEqual(drawSplits(patches, options));
      }
    });

    it('nests the budgets: smaller draws are part of larger ones; test and validation stay', () => {
      for (const seed of seeds) {
        const patches = someSet(seed, assign);
        const small = drawSplits(patches, { ...options, seed, perClass: 8 });
        const large = drawSplits(patches, { ...options, seed, perClass: 19 });
        expect(ids(large.train)).toEqual(expect.arrayContaining(ids(small.train)));
        expect(large.train).toHaveLength(57);
        expect(large.test).toEqual(small.test);
        expect(large.val).toEqual(small.val);
      }
    });
  });

  it('takes all test patches of the source, and draws validation patches from its own', () => {
    const patches = someSet(1, assigners[2]?.[1]).map((patch) => ({ ...patch, duplicateOf: null }));
    const { test, val } = drawSplits(patches, options);
    const own = patches.filter(({ split }) => split === 'val');
    expect(ids(test).sort()).toEqual(ids(patches.filter(({ split }) => split === 'test')).sort());
    expect(ids(own)).toEqual(expect.arrayContaining(ids(val)));
    for (let classIndex = 0; classIndex < options.classes; classIndex++) {
      const of = (part: readonly SplitPatch[]) =>
        part.filter((patch) => patch.classIndex === classIndex).length;
      expect(of(val)).toBe(Math.min(of(own), options.validationPerClass));
    }
    const { val: all } = drawSplits(patches, { ...options, validationPerClass: patches.length });
    expect(ids(all).sort()).toEqual(ids(own).sort());
    expect(drawSplits(patches, { ...options, validationPerClass: 0 }).val).toEqual([]);
  });

  it('holds out a tenth of each class, another one for another seed', () => {
    const patches = someSet(1).map((patch) => ({ ...patch, duplicateOf: null }));
    const { test, train, val, problem } = drawSplits(patches, options);
    expect([0, 1, 2].map((c) => test.filter(({ classIndex }) => classIndex === c).length)).toEqual([6, 7, 8]);
    expect([train.length, val.length, problem]).toEqual([36, 15, null]);
    expect(ids(drawSplits(patches, { ...options, seed: 2 }).test)).not.toEqual(ids(test));
    expect(drawSplits(patches, { ...options, testFraction: 0 }).test).toEqual([]);
    const all = drawSplits(patches, { ...options, perClass: null });
    expect(all.train.length + all.val.length + all.test.length).toBe(patches.length);
  });

  it('says which class has too few', () => {
    const patches = someSet(1).map((patch) => ({ ...patch, duplicateOf: null }));
    const classNames = ['normal', 'stroma', 'tumour'];
    expect(drawSplits(patches, { ...options, perClass: 56, classNames }).problem).toBe(
      'Too few patches outside the test set: class normal has 54; 56 to train and 5 to validate are wanted of each class.',
    );
    const missing = drawSplits(patches, { ...options, classes: 4, perClass: null, validationPerClass: 0 });
    expect(missing.problem).toBe(
      'Too few patches outside the test set: class number 4 has 0; 1 to train are wanted of each class.',
    );
  });
});

describe('stratifiedFolds', () => {
  it('spreads every class evenly', () => {
    const classes = Array.from({ length: 103 }, (_, i) => (i < 40 ? 0 : 1));
    const folds = stratifiedFolds(classes, 10, 5);
    for (const [classIndex, least] of [4, 6].entries())
      for (let fold = 0; fold < 10; fold++) {
        const size = folds.filter((value, i) => value === fold && classes[i] === classIndex).length;
        expect(size === least || size === least + 1).toBe(true);
      }
    expect(stratifiedFolds(classes, 10, 5)).toEqual(folds);
    expect(stratifiedFolds(classes, 10, 6)).not.toEqual(folds);
    expect(() => stratifiedFolds(classes, 0, 1)).toThrow(RangeError);
  });
});

describe('drawSplits by slide', () => {
  const slidesOf = (part: readonly SplitPatch[]) => new Set(part.map(({ slide }) => slide));
  const grouped = { ...options, groupBySlide: true };
  const assigners = {
    'no splits': () => null,
    'train and test': (random: Random) => (random.uniform() < 0.02 ? 'test' : 'train'),
    'train, val and test': (random: Random) =>
      random.uniform() < 0.02 ? 'test' : random.uniform() < 0.02 ? 'val' : 'train',
  } satisfies Record<string, (random: Random) => SplitPatch['split']>;

  it.each(Object.entries(assigners))('keeps slides and contents apart with %s', (_name, assign) => {
    for (let seed = 0; seed < 25; seed++) {
      const patches = someSet(seed, assign);
      const { train, val, test } = drawSplits(patches, { ...grouped, seed });
      const parts = [train, val, test];
      for (const [i, part] of parts.entries())
        for (const other of parts.slice(i + 1)) {
          const slides = slidesOf(other);
          expect([...slidesOf(part)].filter((slide) => slide !== null && slides.has(slide))).toEqual([]);
          const contents = new Set(other.map((patch) => content(patches, patch)));
          expect(part.filter((patch) => contents.has(content(patches, patch)))).toEqual([]);
        }
      expect(slidesOf(train).has(null)).toBe(false);
    }
  });

  it('fulfils the budget where the slides allow it, says so where not, and nests budgets', () => {
    const patches = someSet(3);
    const small = drawSplits(patches, { ...grouped, perClass: 4 });
    const large = drawSplits([...patches].reverse(), { ...grouped, perClass: 8 });
    expect(small.problem).toBeNull();
    for (const classIndex of [0, 1, 2]) {
      expect(small.train.filter((patch) => patch.classIndex === classIndex)).toHaveLength(4);
      expect(small.val.filter((patch) => patch.classIndex === classIndex)).toHaveLength(5);
      // a tenth of the class at least, in whole slides
      expect(small.test.filter((patch) => patch.classIndex === classIndex).length).toBeGreaterThan(5);
    }
    expect([ids(large.val), ids(large.test)]).toEqual([ids(small.val), ids(small.test)]);
    expect(ids(large.train)).toEqual(expect.arrayContaining(ids(small.train)));
    expect(drawSplits(patches, { ...grouped, seed: 2 }).val).not.toEqual(small.val);
    const alone = patches.map((patch) => ({ ...patch, slide: 'only one' }));
    expect(drawSplits(alone, grouped).problem).toMatch(/from different slides/);
    const unknown = patches.map((patch) => ({ ...patch, slide: null }));
    expect(drawSplits(unknown, grouped).problem).toMatch(/Too few/);
  });
});
