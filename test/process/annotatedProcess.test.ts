import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { defaultCutting } from '../../src-main/contract/cuttingDefaults.ts';
import type { FoundPatch } from '../../src-main/contract/worker.ts';
import { annotatedFolder, HEIGHT, image, left, right, WIDTH } from '../support/annotated.ts';
import { REAL_DATA } from '../support/realData.ts';
import { meanDifference, realSlide, writeTiff } from '../support/slides.ts';
import { runWorker } from '../support/workerProcess.ts';

const { at, addSlide, annotate, spec, cut, pixelsOf } = annotatedFolder();

describe('the worker process', () => {
  const side = 3072;
  /** Many patches, so that there is time to stop. */
  async function manyPatches(): Promise<void> {
    const large = await sharp(image.data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      .resize(side, side, { fit: 'fill' })
      .raw()
      .toBuffer();
    await writeTiff(
      path.join(at.folder, 'a.tif'),
      { width: side, height: side, data: large },
      { tileWidth: 256, tileHeight: 256, compression: 'jpeg' },
    );
    annotate('a.tif', [
      ['Tumour', 0, 0, side, 0, side, 1536, 0, 1536],
      ['Stroma', 0, 1536, side, 1536, side, side, 0, side],
    ]);
  }
  const manyOf = (overlap = 0.5) => spec({ patchSize: 64, overlap });
  const found = (messages: readonly { type: string; event?: { type: string; patches?: FoundPatch[] } }[]) =>
    messages.flatMap((message) => (message.event?.type === 'patches' ? (message.event.patches ?? []) : []));
  const cutBytes = () =>
    readdirSync(at.extractTo)
      .filter((name) => name.endsWith('.places'))
      .reduce((sum, name) => sum + statSync(path.join(at.extractTo, name)).size, 0);

  it('goes on where it was killed, and gives what it gives without', async () => {
    await manyPatches();
    const killed = await runWorker('import', manyOf(), (message) =>
      message.type === 'event' && message.event.type === 'patches' ? 'kill' : undefined,
    );
    const before = found(killed.messages);
    expect(before.length).toBeGreaterThan(50);
    expect(cutBytes()).toBeGreaterThanOrEqual(before.length * 8);
    // Of 95 rows one lies half in either annotation.
    const resumed = await runWorker('import', manyOf());
    expect(resumed.messages.at(-1)).toMatchObject({
      type: 'done',
      result: { patches: 95 * 94, broken: 0 },
    });
    renameSync(at.extractTo, `${at.extractTo}.resumed`);
    const undisturbed = await runWorker('import', manyOf());
    expect(found(resumed.messages)).toEqual(found(undisturbed.messages));
    expect(found(resumed.messages).slice(0, before.length)).toEqual(before);
    for (const patch of found(undisturbed.messages).filter((_patch, i) => i % 90 === 0)) {
      const { data } = await pixelsOf(patch);
      expect(createHash('sha256').update(data).digest('hex')).toBe(patch.sha256);
    }
  }, 180_000);

  it('stops within a second or so', async () => {
    await manyPatches();
    const { messages, cancelTook } = await runWorker('import', manyOf(0.75), (message) =>
      message.type === 'event' && message.event.type === 'patches' ? 'cancel' : undefined,
    );
    expect(messages.at(-1)?.type).toBe('cancelled');
    expect(cancelTook).toBeLessThan(1000); // milliseconds
  }, 60_000);
});

describe.skipIf(!REAL_DATA)('real slides', () => {
  it('give the pixels that libtiff reads', async () => {
    addSlide('a.svs', [left, right], realSlide('CMU-1-Small-Region.svs'));
    addSlide(
      'b.tif',
      [
        ['Tumour', 2000, 2000, 4000, 2000, 4000, 3000, 2000, 3000],
        ['Stroma', 5000, 5000, 6000, 5000, 6000, 6000, 5000, 6000],
      ],
      realSlide('colon-region-10240.tif'),
    );
    const { patches } = await cut({ patchSize: 96, mpp: null });
    const chosen = patches.filter((_patch, i) => i % 17 === 0);
    expect(new Set(chosen.map(({ slide }) => slide)).size).toBe(2);
    for (const patch of chosen) {
      const { x, y, side } = patch.place!;
      const direct = await sharp(path.join(at.folder, patch.slide ?? ''), { page: 0 })
        .extract({ left: x, top: y, width: side, height: side })
        .removeAlpha()
        .raw()
        .toBuffer();
      expect(meanDifference((await pixelsOf(patch)).data, direct)).toBeLessThan(0.5);
    }
  }, 60_000);

  it('are cut with little memory', async () => {
    addSlide(
      'colon.tif',
      [
        ['Tumour', 0, 0, 10240, 0, 10240, 5120, 0, 5120],
        ['Stroma', 0, 5120, 10240, 5120, 10240, 10240, 0, 10240],
      ],
      realSlide('colon-region-10240.tif'),
    );
    let peak = 0;
    const { messages } = await runWorker('import', spec(defaultCutting()), (message, { pid }) => {
      if (message.type !== 'event' || process.platform !== 'linux') return undefined;
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
      return undefined;
    });
    expect(messages.at(-1)).toMatchObject({ type: 'done', result: { patches: 45 * 45, broken: 0 } });
    expect(peak).toBeLessThan(1000); // MB
  }, 60_000);
});
