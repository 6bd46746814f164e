import { describe, expect, it } from 'vitest';
import { slideSentences } from '../../../src-main/contract/sourceSlides.ts';
import { changeFacts, filesPlace, sourceNoun } from '../../../src-renderer/datasets/changes/changesWords.ts';
import { likeness } from '../../../src-renderer/datasets/health/likeness.ts';
import { tabsOf } from '../../../src-renderer/datasets/tabs.ts';

const source = (path: string, layout: 'folder' | 'annotated' = 'folder') => ({
  source: path,
  layout,
  root: '/workspace/datasets/3',
});

describe('what changed at the source', () => {
  it('is told with signs, thousands apart, and what stayed as it was last', () => {
    const none = { revision: 2, at: 0, changed: 0, moved: 0, examples: [], slides: [] };
    expect(changeFacts({ ...none, unchanged: 10_000, added: 1234, removed: 7 })).toEqual([
      { label: 'Added', value: '+1,234' },
      { label: 'Removed', value: '−7' },
      { label: 'Changed', value: '0' },
      { label: 'Moved', value: '0' },
      { label: 'As before', value: '10,000' },
    ]);
  });
});

describe('the source of a dataset', () => {
  it.each([
    ['/data/crc', 'folder', 'folder'],
    ['/data/crc.v1.2', 'folder', 'folder'],
    ['/data/CRC.ZIP', 'folder', 'archive'],
    ['/data/voc.tar', 'folder', 'archive'],
    ['/data/slides', 'annotated', 'folder'],
    ['/data/slides.2026', 'annotated', 'folder'],
    ['C:\\data\\slide 1.svs', 'annotated', 'file'],
  ] as const)('%s of layout %s is called %s', (path, layout, noun) => {
    expect(sourceNoun(source(path, layout))).toBe(noun);
  });

  it('holds what training reads, unless that was unpacked or cut into the workspace', () => {
    expect(filesPlace(source('/data/crc'))).toBe('/data/crc');
    expect(filesPlace(source('/data/crc.zip'))).toBe('/workspace/datasets/3');
    expect(filesPlace(source('/data/slides', 'annotated'))).toBe('/workspace/datasets/3');
  });

  it('is nowhere for generated data, which have no changes to show', () => {
    expect(tabsOf({ synthetic: true })).toEqual(['gallery', 'health']);
    expect(tabsOf({ synthetic: false })).toEqual(['gallery', 'health', 'changes']);
  });
});

describe('patches of slides', () => {
  const counted = (train: number, pool: number) => [
    { index: 0, name: 'Tumour', counts: { train, val: 0, test: 0, pool } },
  ];
  const patches = { content: 'patches', layout: 'annotated', patches: 32, classes: counted(32, 0) } as const;
  const slides = { count: 1, unknown: 0, shared: 0, examples: [] };

  it('of one slide alone are not praised for lying in no two splits', () => {
    expect(slideSentences({ ...patches, slides })).toEqual([
      'All patches are of one slide: a result on them says little about other slides.',
    ]);
    expect(slideSentences({ ...patches, slides: { ...slides, unknown: 3 } })[0]).toMatch(
      /^Patches of 1 slide;/,
    );
    expect(slideSentences({ ...patches, slides: { ...slides, count: 2 } })).toEqual([
      'Patches of 2 slides; no slide is in two splits.',
    ]);
  });

  it('in no splits are to be kept apart by the training', () => {
    const pooled = { ...patches, classes: counted(0, 32), slides: { ...slides, count: 2 } };
    expect(slideSentences(pooled)).toEqual([
      'Patches of 2 slides. Train with “Keep slides apart”, so that no slide is both learnt from and measured on.',
    ]);
  });
});

describe('a pair of duplicates', () => {
  it('is described by what it has in common', () => {
    expect(likeness({ exact: true, distance: 0 })).toBe('the same file');
    expect(likeness({ exact: false, distance: 0 })).toBe('the same perceptual hash');
    expect(likeness({ exact: false, distance: 7 })).toBe('hashes differ in 7 of 64 bits');
  });
});
