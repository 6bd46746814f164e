import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromFile } from 'geotiff';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SynthesizeSpec } from '../../src-main/contract/worker.ts';
import { colourBaseline } from '../../src-main/data/colourBaseline.ts';
import { synthesizeTask } from '../../src-main/workers/synthesize.ts';
import { recordingContext, runImport } from '../support/importing.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'tessera-synthetic-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const spec = (name: string, changes: Partial<SynthesizeSpec> = {}): SynthesizeSpec => ({
  datasetFolder: path.join(folder, name, 'set'),
  slidePath: path.join(folder, name, 'slide.tif'),
  seed: 3,
  trainPerClass: 3,
  testPerClass: 2,
  patchSize: 64,
  slideSide: 1024,
  ...changes,
});

async function synthesize(wanted: SynthesizeSpec) {
  const { context, events, progress } = recordingContext<'synthesize'>();
  await synthesizeTask(wanted, context);
  const patches = events.flatMap((event) => (event.type === 'patches' ? event.patches : []));
  const slide = events.find((event) => event.type === 'slide');
  return { patches, slide, progress, dataset: events.find((event) => event.type === 'dataset') };
}

describe('synthesizeTask', () => {
  it('writes a dataset that an import reads back as it was reported', async () => {
    const { patches, dataset } = await synthesize(spec('a'));
    const imported = await runImport({ path: spec('a').datasetFolder });
    expect(dataset).toMatchObject({ classNames: imported.layout.classNames, mpp: 0.5 });
    const traced = patches.map((patch) => ({ ...patch, trace: expect.any(String) as unknown })); // of the files, which an import looks at
    expect(imported.patches).toEqual(traced);
    expect([patches.length, imported.broken]).toEqual([25, []]);
    expect(new Set(patches.map(({ sha256 }) => sha256)).size).toBe(25);
  });

  it('writes a slide whose tags say 0.5 µm/px and whose levels are those reported', async () => {
    const { slide } = await synthesize(spec('a'));
    const tiff = await fromFile(spec('a').slidePath);
    expect(slide).toMatchObject({ width: 1024, height: 1024, mpp: 0.5, format: 'Tiled TIFF (synthetic)' });
    expect(await tiff.getImageCount()).toBe(slide?.levels.length);
    for (const [i, level] of (slide?.levels ?? []).entries()) {
      const image = await tiff.getImage(i);
      expect(level).toEqual({
        width: image.getWidth(),
        height: image.getHeight(),
        tileWidth: image.getTileWidth(),
        tileHeight: image.getTileHeight(),
        downsample: 2 ** i,
      });
      const directory = image.fileDirectory;
      const value = async (tag: 'XResolution' | 'YResolution' | 'ResolutionUnit') => directory.loadValue(tag);
      for (const tag of ['XResolution', 'YResolution'] as const) {
        const [numerator = 0, denominator = 0] = Array.from(
          (await value(tag)) as unknown as ArrayLike<number>,
        );
        expect(numerator / denominator).toBe(20_000);
      }
      expect(await value('ResolutionUnit')).toBe(3); // centimetres
    }
    tiff.close();
    expect((await readdir(path.join(folder, 'a'))).sort()).toEqual(['set', 'slide.tif']);
  });

  it('draws the same for the same seed and something else for another', async () => {
    const [first, second, other] = [
      await synthesize(spec('a')),
      await synthesize(spec('b')),
      await synthesize(spec('c', { seed: 4 })),
    ];
    expect(second.patches).toEqual(first.patches);
    expect(await readFile(spec('b').slidePath)).toEqual(await readFile(spec('a').slidePath));
    expect(other.patches.map((p) => p.sha256)).not.toEqual(first.patches.map((p) => p.sha256));
    expect(first.progress.at(-1)?.fraction).toBe(1);
  });

  it('draws slides that are no multiple of the tile, with tissue in the middle and glass in the corner', async () => {
    await synthesize(spec('a', { slideSide: 900 }));
    const { data, info } = await sharp(spec('a').slidePath).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([900, 900]);
    expect([...data.subarray(0, 3)].every((value) => value > 235)).toBe(true);
    const middle = data.subarray((450 * 900 + 350) * 3, (450 * 900 + 400) * 3);
    expect(Math.min(...middle)).toBeLessThan(210);
  });

  it('cannot be solved by colour alone', async () => {
    const wanted = spec('a', { trainPerClass: 20, testPerClass: 20, patchSize: 96 });
    const { patches } = await synthesize(wanted);
    const part = (split: string) =>
      patches
        .filter((p) => p.split === split)
        .map((p) => ({ ...p, path: path.join(wanted.datasetFolder, p.path) }));
    const { accuracy } = await colourBaseline(part('train'), part('test'), 5);
    expect(accuracy).toBeGreaterThan(0.4);
    expect(accuracy).toBeLessThan(0.88);
  });

  it('leaves nothing half-written behind when cancelled', async () => {
    const controller = new AbortController();
    const { context } = recordingContext<'synthesize'>(controller.signal);
    const task = synthesizeTask(spec('a'), {
      ...context,
      progress: ({ fraction }) => fraction > 0.3 && controller.abort(new Error('cancelled')),
    });
    await expect(task).rejects.toThrow('cancelled');
    expect(await readdir(path.join(folder, 'a'))).toEqual(['set']);
  });
});
