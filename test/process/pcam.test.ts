import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import h5wasm, { File } from 'h5wasm/node';
import { Progress } from '../../src-main/contract/values/job.ts';
import { colourBaseline } from '../../src-main/data/colourBaseline.ts';
import { traceOf } from '../../src-main/data/content.ts';
import { readPatch } from '../../src-main/data/patchPixels.ts';
import { createPatchLoader } from '../../src-main/data/patchLoader.ts';
import { previewDataset } from '../../src-main/data/preview.ts';
import { patchThumbnail } from '../../src-main/data/thumbnail.ts';
import { importTask } from '../../src-main/workers/import.ts';
import { importSpec, recordingContext, runImport } from '../support/importing.ts';
import { labelOf, metaCsv, patchPixels, pcamFile, writePcam, writePcamSplit } from '../support/pcam.ts';

let folder: string;
let source: string;
let workspace: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-pcam-'));
  [source, workspace] = [path.join(folder, 'pcam'), path.join(folder, 'workspace/1')];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const importPcam = () => runImport({ path: source, extractTo: workspace });
const reasons = (broken: readonly { path: string; reason: string }[]) =>
  Object.fromEntries(broken.map((one) => [one.path, one.reason]));

const storages = {
  'in one piece': {},
  'in blocks of a patch, compressed': { chunks: [1, 96, 96, 3], compression: 4 },
  'in blocks as h5py chooses them, compressed': { chunks: [16, 12, 24, 1], compression: 4 },
  'in blocks of many patches, uncompressed': { chunks: [100, 96, 96, 3] },
  'gzipped, in one piece': { gzip: true },
  'gzipped, in compressed blocks': { gzip: true, chunks: [32, 96, 96, 3], compression: 4 },
};

describe('import of PCam', () => {
  it.each(Object.entries(storages))(
    'reads labels, splits, slides and pixels of files %s',
    async (_name, storage) => {
      const inPlace = Object.keys(storage).length === 0;
      await writePcam(source, { train: 70, valid: 12, test: 13 }, storage);
      const { layout, patches, broken, result, progress } = await importPcam();
      expect(broken).toEqual([]);
      expect(result).toEqual({ patches: 95, broken: 0 });
      expect(layout).toMatchObject({
        layout: 'pcam',
        root: workspace,
        classNames: ['normal', 'tumour'],
        mpp: 0.972,
      });
      expect(progress.map(({ fraction }) => fraction)).toEqual(
        progress.map(({ fraction }) => fraction).toSorted((a, b) => a - b),
      );
      for (const told of progress) expect(Progress.parse(told)).toEqual(told);
      for (const [split, name, count, seed] of [
        ['train', 'train', 70, 1],
        ['val', 'valid', 12, 2],
        ['test', 'test', 13, 3],
      ] as const) {
        const own = patches.filter((patch) => patch.split === split);
        expect(own.map(({ classIndex }) => classIndex)).toEqual(
          Array.from({ length: count }, (_, i) => labelOf(i)),
        );
        for (const position of [0, 1, count - 1]) {
          const pixels = patchPixels(position, 96, seed);
          expect(own[position]).toEqual({
            path: `${pcamFile(name, 'x.h5')}#${position}`,
            split,
            classIndex: labelOf(position),
            width: 96,
            height: 96,
            sha256: createHash('sha256').update(pixels).digest('hex'),
            // Pixels that stay where the user has them may change there.
            trace: inPlace ? traceOf(await stat(path.join(source, pcamFile(name, 'x.h5')))) : null,
            slide: expect.stringMatching(new RegExp(`camelyon16_.*_${name}${Math.floor(position / 6) % 8}$`)),
          });
          const read = await readPatch(path.join(workspace, own[position]?.path ?? ''));
          expect(Buffer.compare(read.data, pixels)).toBe(0);
        }
      }
      // Nothing is written where the user's files lie, and in the workspace only what is needed.
      const made = await readdir(workspace);
      expect(made.filter((name) => name.endsWith('_x.h5')).length).toBe(
        'gzip' in storage && !('chunks' in storage) ? 3 : 0,
      );
      expect(made.filter((name) => name.endsWith('.rgb')).length).toBe('chunks' in storage ? 3 : 0);
      expect(made.some((name) => /partial|unpacking|tmp/.test(name))).toBe(false);
    },
  );

  it('recognises the files below a folder, and some of the splits alone', async () => {
    await writePcamSplit(path.join(source, 'data'), 'valid', 10, { meta: false });
    expect(await previewDataset(source)).toMatchObject({
      layout: 'pcam',
      suggestedName: 'PCam',
      classes: [
        { name: 'normal', files: null },
        { name: 'tumour', files: null },
      ],
      splits: ['val'],
      files: 2,
      notes: [
        expect.stringMatching(/Read where the files lie/),
        expect.stringMatching(/No …_meta\.csv for val/),
      ],
    });
    const { patches } = await importPcam();
    expect(patches).toHaveLength(10);
    expect(patches.every(({ slide, split }) => slide === null && split === 'val')).toBe(true);
  });

  it('names what does not fit and imports the rest', async () => {
    await writePcam(source, { train: 12, valid: 6, test: 6 });
    const at = (split: 'train' | 'valid' | 'test', kind: 'x.h5' | 'y.h5' | 'meta.csv') =>
      path.join(source, pcamFile(split, kind));
    await writeFile(
      at('train', 'meta.csv'),
      metaCsv(12, ['a']).replaceAll('True', 'T').replaceAll('False', 'True').replaceAll('T,', 'False,'),
    );
    await rm(at('valid', 'y.h5'));
    await rm(at('test', 'y.h5'));
    await h5wasm.ready;
    const labels = new File(at('test', 'y.h5'), 'w');
    labels.create_dataset({
      name: 'y',
      data: Uint8Array.from([0, 1, 2, 255, 0, 1]),
      shape: [6, 1, 1, 1],
      dtype: '<B',
    });
    labels.close();
    await rm(at('test', 'meta.csv'));
    const { patches, broken } = await importPcam();
    expect(patches.map(({ split }) => split)).toEqual([
      ...Array<string>(12).fill('train'),
      ...Array<string>(4).fill('test'),
    ]);
    expect(reasons(broken)).toEqual({
      [pcamFile('train', 'meta.csv')]: expect.stringMatching(/12 of its 12 rows disagree|line 2 has/),
      [pcamFile('valid', 'x.h5')]: expect.stringMatching(
        /valid_y\.h5, which holds its labels, is not beside it/,
      ),
      [`${pcamFile('test', 'x.h5')}#2`]: expect.stringMatching(/label is 2/),
      [`${pcamFile('test', 'x.h5')}#3`]: expect.stringMatching(/label is 255/),
    });
  });

  it('refuses swapped, cut and foreign files by name', async () => {
    await writePcam(source, { train: 12, valid: 6, test: 6 });
    const at = (split: 'train' | 'valid' | 'test', kind: 'x.h5' | 'y.h5') =>
      path.join(source, pcamFile(split, kind));
    const [x, y] = [await readFile(at('train', 'x.h5')), await readFile(at('train', 'y.h5'))];
    await writeFile(at('train', 'x.h5'), y);
    await writeFile(at('train', 'y.h5'), x);
    await writeFile(at('valid', 'x.h5'), x); // 12 patches for 6 labels
    await truncate(at('test', 'x.h5'), 100_000);
    await expect(importPcam()).rejects.toThrow(/None of PCam’s files .*train_y\.h5: .*holds no “y” but x/);
    await writePcamSplit(source, 'train', 12);
    const { patches, broken } = await importPcam();
    expect(patches).toHaveLength(12);
    expect(reasons(broken)).toEqual({
      [pcamFile('valid', 'x.h5')]: expect.stringMatching(/12 patches, but there are 6 labels/),
      [pcamFile('test', 'x.h5')]: expect.stringMatching(/cannot be used.*/),
    });
  });

  it('names the patches of damaged blocks and keeps the others', async () => {
    await writePcamSplit(source, 'train', 40, { chunks: [4, 96, 96, 3], compression: 4 });
    const file = path.join(source, pcamFile('train', 'x.h5'));
    const bytes = await readFile(file);
    // Inside the compressed data, away from the headers at both ends.
    bytes.fill(0xff, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 400);
    await writeFile(file, bytes);
    const { patches, broken } = await importPcam();
    expect(broken).toHaveLength(1);
    const [, first, last] = /#(\d+)–(\d+)$/.exec(broken[0]?.path ?? '') ?? [];
    expect(Number(last) - Number(first)).toBe(3);
    expect(patches).toHaveLength(36);
    const kept = new Set(patches.map((patch) => patch.path));
    for (const patch of [0, 39]) expect(kept.has(`${pcamFile('train', 'x.h5')}#${patch}`)).toBe(true);
    for (const { path: name, sha256 } of patches) {
      const pixels = patchPixels(Number(name.split('#')[1]), 96, 1);
      expect(sha256).toBe(createHash('sha256').update(pixels).digest('hex'));
    }
  });

  it('stops within a block when cancelled, goes on from there, and uses what is there a third time', async () => {
    await writePcamSplit(source, 'train', 2000, { chunks: [1, 96, 96, 3], compression: 1 });
    const controller = new AbortController();
    const { context } = recordingContext<'import'>(controller.signal);
    const cancelling = {
      ...context,
      progress: (value: Progress) => {
        context.progress(value);
        if (/^Copied/.test(value.message)) controller.abort(new Error('cancelled'));
      },
    };
    const spec = importSpec({ path: source, extractTo: workspace });
    await expect(importTask(spec, cancelling)).rejects.toThrow('cancelled');
    const partial = path.join(workspace, `${pcamFile('train', 'x.h5')}.rgb.partial`);
    const { size } = await stat(partial);
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThan(2000 * 27648);
    // What was written is not written again: a mark put there stays.
    const mark = patchPixels(1234, 96, 77);
    const bytes = await readFile(partial);
    bytes.set(mark, 5 * 27648);
    await writeFile(partial, bytes);
    const second = await importPcam();
    expect(second.patches).toHaveLength(2000);
    expect(second.patches[5]?.sha256).toBe(createHash('sha256').update(mark).digest('hex'));
    expect(second.patches[1999]?.sha256).toBe(
      createHash('sha256')
        .update(patchPixels(1999, 96, 1))
        .digest('hex'),
    );
    const third = await importPcam();
    expect(third.patches).toEqual(second.patches);
    expect(third.progress.some(({ message }) => /^Copied/.test(message))).toBe(false);
  });
});

describe('patches of PCam', () => {
  it('go through the loader in any order, thumbnails and the colour baseline', async () => {
    await writePcam(source, { train: 60, test: 12 }, { chunks: [8, 96, 96, 3], compression: 1 });
    const { patches } = await importPcam();
    const files = patches.map(({ path: name, classIndex }) => ({
      path: path.join(workspace, name),
      classIndex,
    }));
    const loader = createPatchLoader({
      imageSize: 96,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      threads: 2,
      cacheBytes: 0,
    });
    try {
      const order = [59, 3, 3, 17];
      const planes = await loader.load({ paths: order.map((i) => files[i]?.path ?? ''), augment: null });
      for (const [i, position] of order.entries()) {
        const pixels = patchPixels(position, 96, 1);
        for (const at of [0, 5000, 9215])
          for (const channel of [0, 1, 2])
            expect(planes[(i * 3 + channel) * 9216 + at]).toBeCloseTo(
              (pixels[at * 3 + channel] ?? 0) / 255,
              5,
            );
      }
      await expect(
        loader.load({ paths: [`${files[0]?.path.split('#')[0]}#60`], augment: null }),
      ).rejects.toThrow(/no patch 60/);
    } finally {
      await loader.dispose();
    }
    expect((await readPatch(files[0]?.path ?? '', 64)).data).toHaveLength(64 * 64 * 3);
    expect((await patchThumbnail(files[0]?.path ?? '', 64)).subarray(0, 2)).toEqual(
      Buffer.from([0xff, 0xd8]),
    );
    const { accuracy } = await colourBaseline(files.slice(0, 60), files.slice(60), 2);
    expect(accuracy).toBe(1);
  });

  it('say in words that the files are gone', async () => {
    await writePcamSplit(source, 'train', 6);
    const { patches } = await importPcam();
    await rm(source, { recursive: true });
    await expect(readPatch(path.join(workspace, patches[0]?.path ?? ''))).rejects.toThrow(
      /train_x\.h5, which holds the patches, is no longer there/,
    );
  });
});
