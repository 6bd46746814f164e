import { describe, expect, it } from 'vitest';
import { recogniseLayout } from '../../../src-main/data/import/layout.ts';

describe('recogniseLayout', () => {
  it('takes one folder per class, naturally sorted, and reads deeper folders as part of the class', () => {
    const found = recogniseLayout([
      'c10/a.png',
      'c2/patient 1/tile 10.png',
      'c2/patient 1/tile 9.png',
      'C1/x.png',
    ]);
    expect(found).toMatchObject({ layout: 'folder', base: '', classNames: ['C1', 'c2', 'c10'], splits: [] });
    expect(found.files.map(({ path }) => path)).toEqual([
      'C1/x.png',
      'c2/patient 1/tile 9.png',
      'c2/patient 1/tile 10.png',
      'c10/a.png',
    ]);
  });

  it('takes train, valid and Test above the classes as splits and lists what lies outside', () => {
    const found = recogniseLayout([
      'train/a/1.png',
      'train/b/1.png',
      'valid/a/2.png',
      'Test/b/3.png',
      'extra/a/4.png',
    ]);
    expect(found.splits).toEqual(['train', 'val', 'test']);
    expect(found.strays).toEqual(['extra/a/4.png']);
    expect(found.files.map(({ split, classIndex }) => [split, classIndex])).toEqual([
      ['train', 0],
      ['train', 1],
      ['val', 0],
      ['test', 1],
    ]);
  });

  it('finds Kather 2016 below the folder that its zip adds', () => {
    const base = 'Kather_texture_2016_image_tiles_5000';
    const found = recogniseLayout([`${base}/08_EMPTY/a.tif`, `${base}/01_TUMOR/b.tif`]);
    expect(found).toMatchObject({ layout: 'kather', base, classNames: ['01_TUMOR', '08_EMPTY'] });
    expect(found.files[0]?.path).toBe('01_TUMOR/b.tif');
  });

  it('does not mistake class folders called "test" or "val" for splits when they hold images directly', () => {
    expect(recogniseLayout(['test/a.png', 'other/b.png'])).toMatchObject({
      classNames: ['other', 'test'],
      splits: [],
    });
  });

  it('names the folders that stand in a class’s place and hold no images', () => {
    const folders = ['c', 'a', 'a/empty', 'b', 'empty 10', 'empty 2', 'empty 2/deeper'];
    expect(recogniseLayout(['a/1.png', 'b/deep/1.png'], folders).emptyFolders).toEqual([
      'c',
      'empty 2',
      'empty 10',
    ]);
    const below = recogniseLayout(['set/x/a/1.png', 'set/x/b/1.png'], ['set', 'notes', 'set/x', 'set/x/c']);
    expect(below.emptyFolders).toEqual(['set/x/c']);
  });

  it('names empty splits, and empty classes of splits that are not', () => {
    const paths = ['train/a/1.png', 'train/b/1.png', 'test/a/1.png'];
    const folders = ['train', 'test', 'test/b', 'train/a/deeper', 'val', 'val/a', 'val/b', 'notes', 'test/a'];
    expect(recogniseLayout(paths, folders).emptyFolders).toEqual(['test/b', 'val']);
  });

  it.each([
    [[], /no images here/],
    [['a.png', 'b.png'], /No classes were found/],
    [['tumour/a.png'], /only one class, "tumour"/],
    [
      ['train/a/1.png', 'train/b/1.png', 'test/c/1.png', 'test/d/1.png'],
      /classes "c", "d" have no training images/,
    ],
    [['test/a/1.png', 'test/b/1.png'], /no training folder/],
  ])('refuses %j in words', (paths, message) => {
    expect(() => recogniseLayout(paths)).toThrow(message);
  });
});
