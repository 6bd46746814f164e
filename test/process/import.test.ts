import { createHash } from 'node:crypto';
import { renameSync } from 'node:fs';
import { link, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importTask } from '../../src-main/workers/import.ts';
import { previewDataset } from '../../src-main/data/preview.ts';
import { importSpec, recordingContext, runImport } from '../support/importing.ts';
import { zipFile } from '../support/zipFile.ts';
import { REAL_DATA } from '../support/realData.ts';

const noise = (seed: number) =>
  sharp(Buffer.from(Array.from({ length: 24 * 24 * 3 }, (_, i) => (i * (seed + 7) * 31) & 255)), {
    raw: { width: 24, height: 24, channels: 3 },
  });

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'tessera-import-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, content: string | Buffer): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

describe('import of a folder', () => {
  it('reports every broken file with a plain reason and keeps the rest', async () => {
    const [jpeg, png] = [await noise(1).jpeg().toBuffer(), await noise(2).png().toBuffer()];
    await put('a/good.jpg', jpeg);
    await put('a/png named.jpg', png);
    await put('a/cut off.jpg', jpeg.subarray(0, jpeg.length - 40));
    await put('b/good.png', png);
    await put('b/empty.png', '');
    await put('b/text.jpg', 'this is not an image');
    await put('b/animation.gif', 'GIF89a...');
    await put('b/notes.txt', 'ignored');
    await put('b/Thumbs.db', 'ignored');
    await put('b/.hidden.png', 'ignored');
    await put('__MACOSX/b/._good.png', 'ignored');
    const { layout, patches, broken, result } = await runImport({ path: folder });
    expect(layout).toMatchObject({ layout: 'folder', root: folder, classNames: ['a', 'b'], mpp: null });
    expect(patches.map((patch) => patch.path)).toEqual(['a/good.jpg', 'a/png named.jpg', 'b/good.png']);
    expect(patches[0]).toMatchObject({ classIndex: 0, split: null, width: 24, height: 24 });
    expect(patches[0]?.sha256).toBe(createHash('sha256').update(jpeg).digest('hex'));
    expect(Object.fromEntries(broken.map((file) => [file.path, file.reason]))).toEqual({
      'a/cut off.jpg': expect.stringMatching(/cut off/),
      'b/animation.gif': expect.stringMatching(/a GIF image, not a JPEG/),
      'b/empty.png': expect.stringMatching(/empty/),
      'b/text.jpg': expect.stringMatching(/a text file, not/),
    });
    expect(result).toEqual({ patches: 3, broken: 4 });
  });

  it('leaves out files whose names cannot be used, and takes every other name', async () => {
    const names = [
      'x.h5#1',
      'n\uFFFDn.png',
      'a.pack#3.png',
      '-dash.png',
      'a "b" (c) %41 #.png',
      'new\nline.png',
    ];
    const usable = process.platform === 'win32' ? names.slice(0, 4) : names;
    for (const [i, name] of usable.entries())
      for (const className of ['__proto__', 'train#3.h5#1'])
        await put(`${className}/${name}`, await noise(i).png().toBuffer());
    const { patches, broken, layout } = await runImport({ path: folder });
    expect(layout.classNames).toEqual(['__proto__', 'train#3.h5#1']);
    expect(patches).toHaveLength(2 * (usable.length - 2));
    expect(new Set(broken.map(({ path: file }) => path.posix.basename(file)))).toEqual(
      new Set(names.slice(0, 2)),
    );
    expect(broken[0]?.reason).toMatch(/Rename it/);
  });

  it('fails where the folder goes away meanwhile, rather than taking its files for removed', async () => {
    await put('set/a/1.png', await noise(1).png().toBuffer());
    await put('set/b/2.png', await noise(2).png().toBuffer());
    const [set, { context }] = [path.join(folder, 'set'), recordingContext<'import'>()];
    const unplug = () => renameSync(set, path.join(folder, 'elsewhere'));
    const event: typeof context.event = ({ type }) => {
      if (type === 'patches') unplug();
    };
    const reading = importTask(importSpec({ path: set }), { ...context, event });
    await expect(reading).rejects.toThrow(/set was no longer there in the midst of reading it/);
  });

  it('refuses links that lead out of the folder and follows those that stay', async () => {
    await put('a/1.png', await noise(1).png().toBuffer());
    await put('b/2.png', await noise(2).png().toBuffer());
    const outside = await mkdtemp(path.join(tmpdir(), 'tessera-outside-'));
    await writeFile(path.join(outside, 'secret.png'), await noise(3).png().toBuffer());
    await symlink(path.join(outside, 'secret.png'), path.join(folder, 'a/out.png'));
    await symlink(outside, path.join(folder, 'a/folder.png'));
    await symlink(path.join(folder, 'b/2.png'), path.join(folder, 'b/same.png'));
    await symlink(path.join(folder, 'b'), path.join(folder, 'b/loop.png'));
    await link(path.join(folder, 'a/1.png'), path.join(folder, 'a/hard.png'));
    const { patches, broken } = await runImport({ path: folder });
    await rm(outside, { recursive: true });
    expect(patches.map((patch) => patch.path)).toEqual(['a/1.png', 'a/hard.png', 'b/2.png', 'b/same.png']);
    expect(broken.map((file) => file.path).sort()).toEqual(['a/folder.png', 'a/out.png', 'b/loop.png']);
  });

  it('names class folders that hold no images', async () => {
    await put('a/1.png', await noise(1).png().toBuffer());
    await put('b/deep/2.png', await noise(2).png().toBuffer());
    await put('c/readme.txt', 'to be filled');
    await mkdir(path.join(folder, 'd/deeper'), { recursive: true });
    const { layout, broken, result } = await runImport({ path: folder });
    expect(layout.classNames).toEqual(['a', 'b']);
    expect(broken).toEqual(['c', 'd'].map((name) => ({ path: name, reason: 'The folder holds no images.' })));
    expect(result).toEqual({ patches: 2, broken: 2 });
  });

  it('stops when cancelled', async () => {
    for (let i = 0; i < 30; i++) await put(`${i % 2 ? 'a' : 'b'}/${i}.png`, await noise(i).png().toBuffer());
    const controller = new AbortController();
    const { context, events } = recordingContext<'import'>(controller.signal);
    const spec = importSpec({ path: folder, extractTo: `${folder}.x` });
    const task = importTask(spec, { ...context, progress: () => controller.abort(new Error('cancelled')) });
    await expect(task).rejects.toThrow('cancelled');
    expect(events.filter((event) => event.type === 'patches')).toEqual([]);
  });

  it.each([
    ['nothing readable', { 'a/1.png': 'x', 'b/1.png': 'y' }, /None of the 2 images/],
    ['an empty folder', {}, /no images here/],
  ])('says so when there is %s', async (_case, files, message) => {
    for (const [name, content] of Object.entries(files)) await put(name, content);
    await expect(runImport({ path: folder })).rejects.toThrow(message);
  });
});

describe('import of a zip', () => {
  const members = async () => [
    { name: 'set/a/1.png', content: await noise(1).png().toBuffer() },
    { name: 'set/a/2.png', content: await noise(2).png().toBuffer(), deflate: true },
    { name: 'set/b/3.png', content: await noise(3).png().toBuffer() },
    { name: '__MACOSX/set/a/._1.png', content: Buffer.from('x') },
  ];

  it('unpacks it below the workspace and imports from there', async () => {
    await put('my set.zip', zipFile(await members()));
    const zip = path.join(folder, 'my set.zip');
    expect(await previewDataset(zip)).toMatchObject({
      suggestedName: 'my set',
      classes: [
        { name: 'a', files: 2 },
        { name: 'b', files: 1 },
      ],
    });
    const extractTo = path.join(folder, 'workspace', 'set 1');
    const { layout, patches } = await runImport({ path: zip, extractTo });
    expect(layout.root).toBe(path.join(extractTo, 'set'));
    expect(patches.map((patch) => patch.path)).toEqual(['a/1.png', 'a/2.png', 'b/3.png']);
    expect(await readFile(path.join(layout.root, 'a/2.png'))).toEqual((await members())[1]?.content);
    expect(await readdir(path.join(folder, 'workspace'))).toEqual(['set 1']);
  });

  it('names damaged, linked, encrypted and repeated entries and keeps the rest', async () => {
    const good = await members();
    const zip = zipFile([
      ...good,
      { name: 'set/b/link.png', content: Buffer.from('/etc/passwd'), mode: 0o120777 },
      // 12 bytes of encryption header, then one byte
      { name: 'set/b/locked.png', content: Buffer.alloc(13), claimedSize: 1, encrypted: true },
      { name: 'set/b/3.png', content: Buffer.from('again') },
    ]);
    const at = zip.indexOf(good[0]?.content.subarray(60, 80) ?? '');
    zip.writeUInt8(zip.readUInt8(at) ^ 1, at);
    await put('x.zip', zip);
    const { patches, broken } = await runImport({ path: path.join(folder, 'x.zip') });
    expect(patches.map((patch) => patch.path)).toEqual(['a/2.png', 'b/3.png']);
    expect(Object.fromEntries(broken.map((file) => [file.path, file.reason]))).toEqual({
      'set/a/1.png': expect.stringMatching(/checksum/),
      'set/b/link.png': expect.stringMatching(/link/),
      'set/b/locked.png': expect.stringMatching(/password/),
      'set/b/3.png': expect.stringMatching(/two files of this name/),
    });
  });

  it.each(['../evil.png', 'set/../../evil.png', '/etc/evil.png', 'C:/evil.png', '..\\evil.png'])(
    'unpacks nothing of a zip that names %s',
    async (name) => {
      await put('x.zip', zipFile([...(await members()), { name, content: await noise(4).png().toBuffer() }]));
      await expect(runImport({ path: path.join(folder, 'x.zip') })).rejects.toThrow(/outside its folder/);
      expect(await readdir(folder)).toEqual(['x.zip']);
    },
  );

  it('reads a zip whose names begin with "./"', async () => {
    const dotted = (await members()).map((member) => ({ ...member, name: `./${member.name}` }));
    await put('x.zip', zipFile(dotted));
    const { patches } = await runImport({ path: path.join(folder, 'x.zip') });
    expect(patches.map((patch) => patch.path)).toEqual(['a/1.png', 'a/2.png', 'b/3.png']);
  });

  it('refuses a zip bomb before unpacking it', async () => {
    const bomb = { name: 'a/1.png', content: Buffer.alloc(30 * 2 ** 20), deflate: true };
    await put('x.zip', zipFile(Array.from({ length: 8 }, (_, i) => ({ ...bomb, name: `a/${i}.png` }))));
    await expect(runImport({ path: path.join(folder, 'x.zip') })).rejects.toThrow(/zip bomb/);
    expect(await readdir(folder)).toEqual(['x.zip']);
  });

  it('refuses an entry that grows beyond what the directory claims', async () => {
    const liar = { name: 'a/1.png', content: Buffer.alloc(2 ** 20), deflate: true, claimedSize: 100 };
    await put('x.zip', zipFile([liar, ...(await members())]));
    const { broken } = await runImport({ path: path.join(folder, 'x.zip') });
    expect(broken.map((file) => file.path)).toEqual(['a/1.png']);
  });

  it('refuses a torn zip at every length without leaving anything behind', async () => {
    const zip = zipFile(await members());
    for (let part = 0; part < 30; part++) {
      await put('x.zip', zip.subarray(0, Math.floor((zip.length * part) / 30)));
      await expect(runImport({ path: path.join(folder, 'x.zip') })).rejects.toThrow(/torn|not a zip/);
    }
    expect(await readdir(folder)).toEqual(['x.zip']);
  });
});

describe.skipIf(!REAL_DATA)('import of real sets', () => {
  it('finds 300 + 150 tiles in each class of crc5', async () => {
    const { patches, broken, layout } = await runImport({ path: path.join(REAL_DATA ?? '', 'crc5') });
    expect(layout.classNames).toEqual(['AC', 'H', 'S', 'T', 'V']);
    expect(broken).toEqual([]);
    for (const [split, count] of [
      ['train', 300],
      ['test', 150],
    ] as const)
      for (let classIndex = 0; classIndex < 5; classIndex++)
        expect(patches.filter((p) => p.split === split && p.classIndex === classIndex)).toHaveLength(count);
    expect(new Set(patches.map((p) => `${p.width}x${p.height}`))).toEqual(new Set(['224x224']));
  });

  it('knows Kather 2016 and its scale, also where the tiles were resized', async () => {
    const original = await runImport({ path: path.join(REAL_DATA ?? '', 'kather2016', 'tif') });
    expect(original.layout).toMatchObject({ layout: 'kather', mpp: 0.495 });
    expect(original.patches).toHaveLength(24);
    const resized = await runImport({ path: path.join(REAL_DATA ?? '', 'kather2016', 'png') });
    expect(resized.layout.mpp).toBeCloseTo((0.495 * 150) / 224, 4);
    expect(resized.patches).toHaveLength(100);
  });

  it('reads Kather 2016 as the zip that is published', async () => {
    const tif = path.join(REAL_DATA ?? '', 'kather2016', 'tif');
    const names = (await readdir(tif, { recursive: true })).filter((name) => name.endsWith('.tif'));
    const members = names.map(async (name) => ({
      name: `Kather_texture_2016_image_tiles_5000/${name.split(path.sep).join('/')}`,
      content: await readFile(path.join(tif, name)),
      deflate: true,
    }));
    await put('Kather_texture_2016_image_tiles_5000.zip', zipFile(await Promise.all(members)));
    const { layout, patches, broken } = await runImport({
      path: path.join(folder, 'Kather_texture_2016_image_tiles_5000.zip'),
    });
    expect(layout).toMatchObject({ layout: 'kather', mpp: 0.495 });
    expect([patches.length, broken.length]).toEqual([24, 0]);
  });
});
