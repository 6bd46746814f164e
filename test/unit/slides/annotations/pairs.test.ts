import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findAnnotated } from '../../../../src-main/slides/annotations/pairs.ts';
import { temporaryFolder } from '../../../support/slides.ts';

const top = temporaryFolder();
let folders = 0;

/** A folder with files of these names. */
function folderOf(...names: string[]): string {
  const folder = path.join(top, `${folders++}`);
  mkdirSync(folder);
  for (const name of names) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), name.endsWith('.json') ? '{"a": 1}' : '');
  }
  return folder;
}

async function find(source: string, annotations: string | null = null, sure = false) {
  const found = await findAnnotated(source, { annotations, sure });
  return (
    found && {
      pairs: found.pairs.map(({ slide, annotationsFile, split }) => [
        slide,
        path.relative(annotations ?? source, annotationsFile).replaceAll('\\', '/'),
        split,
      ]),
      leftOut: Object.fromEntries(found.leftOut.map(({ path: file, reason }) => [file, reason])),
    }
  );
}

describe('findAnnotated', () => {
  it('pairs by name, whatever QuPath or the user called the file', async () => {
    const folder = folderOf(
      ...[
        '10.svs',
        '10.svs.geojson',
        '9.tif',
        '9.geojson',
        'c.TIFF',
        'c.GeoJSON.gz',
        'd.ome.tif',
        'd.geojson',
      ],
      ...['e.svs', 'e.json', 'sub/f.svs', 'sub/f.geojson', '.hidden.svs', '._9.geojson', 'notes.txt'],
    );
    expect(await find(folder)).toEqual({
      pairs: [
        ['9.tif', '9.geojson', null],
        ['10.svs', '10.svs.geojson', null],
        ['c.TIFF', 'c.GeoJSON.gz', null],
        ['d.ome.tif', 'd.geojson', null],
        ['e.svs', 'e.json', null],
        ['sub/f.svs', 'sub/f.geojson', null],
      ],
      leftOut: {},
    });
  });

  it('takes the splits from the first folder', async () => {
    const names = ['train/a', 'Validation/b', 'test/x/c', 'other/d'].flatMap((name) => [
      `${name}.svs`,
      `${name}.geojson`,
    ]);
    expect((await find(folderOf(...names)))?.pairs.map(([slide, , split]) => [slide, split])).toEqual([
      ['other/d.svs', null],
      ['test/x/c.svs', 'test'],
      ['train/a.svs', 'train'],
      ['Validation/b.svs', 'val'],
    ]);
  });

  it('names slides without annotations, annotations without a slide, and files that could belong to several', async () => {
    const found = await find(
      folderOf(
        'a.svs',
        'a.geojson',
        'b.svs',
        'c.geojson',
        'd.svs',
        'd.tif',
        'd.geojson',
        'e.svs',
        'e.geojson',
        'e.svs.geojson',
      ),
    );
    expect(found?.pairs.map(([slide, file]) => [slide, file])).toEqual([
      ['a.svs', 'a.geojson'],
      ['e.svs', 'e.svs.geojson'],
    ]);
    expect(found?.leftOut).toEqual({
      'b.svs': 'There are no annotations of this slide: b.geojson or b.svs.geojson is not beside it.',
      'c.geojson': 'There is no slide for these annotations: both have to have the same name.',
      'd.geojson':
        'These annotations could belong to d.svs or d.tif. Call the file d.svs.geojson, or as its slide is called.',
      'e.geojson': 'e.svs.geojson was taken for its slide instead. Remove one of the two.',
    });
  });

  it('finds annotations in a folder of their own, and one file for one slide', async () => {
    const slides = folderOf('x/a.svs', 'y/b.svs', 'c.svs');
    const annotations = folderOf('a.geojson', 'y/b.svs.geojson');
    const found = await find(slides, annotations);
    expect(found?.pairs.map(([slide, file]) => [slide, file])).toEqual([
      ['x/a.svs', 'a.geojson'],
      ['y/b.svs', 'y/b.svs.geojson'],
    ]);
    expect(found?.leftOut['c.svs']).toMatch(/c\.geojson or c\.svs\.geojson is not in /);
    const file = path.join(folderOf('whatever.geojson', 'other.geojson'), 'whatever.geojson');
    expect((await find(path.join(slides, 'c.svs'), file))?.pairs[0]?.[0]).toBe('c.svs');
    await expect(find(slides, path.join(slides, 'c.svs'))).rejects.toThrow(/is no GeoJSON file/);
    await expect(find(slides, path.join(slides, 'gone'))).rejects.toThrow(/gone does not exist/);
  });

  it('takes one slide with what lies beside it, or the slide of one GeoJSON file', async () => {
    const folder = folderOf('a.svs', 'a.geojson', 'b.svs', 'train/c.svs', 'train/c.geojson');
    for (const name of ['a.svs', 'a.geojson']) {
      const found = await findAnnotated(path.join(folder, name), { annotations: null, sure: false });
      expect(found?.root).toBe(folder);
      expect(found?.pairs.map(({ slide }) => slide)).toEqual(['a.svs']);
      expect(found?.leftOut).toEqual([]);
    }
    await expect(find(path.join(folder, 'b.svs'))).rejects.toThrow(
      /No annotated slides were found in .*b\.svs.*case3\.geojson or case3\.svs\.geojson for case3\.svs/,
    );
  });

  it('leaves other datasets alone, unless it is told that these are slides', async () => {
    const patches = folderOf('a/1.tif', 'a/1.json', 'b/2.tif', 'b/2.json', 'b/3.tif');
    expect(await find(patches)).toBeNull();
    expect((await find(patches, null, true))?.pairs).toHaveLength(2);
    expect(await find(folderOf('a/1.tif', 'b/2.tif'))).toBeNull();
    expect(await find(path.join(top, 'gone'))).toBeNull();
    const archive = path.join(folderOf('x.zip'), 'x.zip');
    expect(await find(archive)).toBeNull();
    await expect(find(folderOf('a/1.tif'), null, true)).rejects.toThrow(/No annotated slides were found/);
  });

  it('follows links inside the folder only', async () => {
    const [folder, outside] = [folderOf('a.svs', 'a.geojson'), folderOf('secret.svs')];
    symlinkSync(path.join(outside, 'secret.svs'), path.join(folder, 'b.svs'));
    symlinkSync(path.join(folder, 'a.svs'), path.join(folder, 'c.svs'));
    writeFileSync(path.join(folder, 'c.geojson'), '');
    const found = await find(folder);
    expect(found?.pairs.map(([slide]) => slide)).toEqual(['a.svs', 'c.svs']);
    expect(found?.leftOut['b.svs']).toMatch(/leads out of the folder/);
  });
});
