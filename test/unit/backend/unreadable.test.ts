import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_SCORE } from '../../../src-main/contract/images.ts';
import { scoreMap } from '../../../src-main/backend/predictions/scoreMap.ts';
import type { WorkerSpec } from '../../../src-main/contract/worker.ts';
import { testBackend, type TestBackend } from './support.ts';
import { GRID, card, fakeTasks } from './tasks.ts';

const REASON = 'the tile in column 1, row 0 of level 0 is damaged';
/** Three patches of tissue, at (1, 0), (2, 0) and (0, 2), of which the first and the second may be unreadable. */
let unreadable: 0 | 1 | 2;
let specs: WorkerSpec<'predict'>[];
let exported: WorkerSpec<'export'>[];
let backend: TestBackend;

beforeEach(async () => {
  specs = [];
  exported = [];
  backend = await testBackend({
    ...fakeTasks,
    predict: async (spec, { event }) => {
      specs.push(spec);
      if (!spec.resume) event({ type: 'grid', grid: GRID, patches: 3, tissueFraction: 0.25 });
      event({
        type: 'scores',
        start: 0,
        columns: Int32Array.of(1, 2, 0).slice(unreadable),
        rows: Int32Array.of(0, 0, 2).slice(unreadable),
        scores: Float32Array.of(1, 0, 0.5, 0.5, 0, 1).slice(unreadable * 2),
        done: 3,
        unreadable: unreadable > 0 ? { patches: unreadable, reason: REASON } : null,
      });
      if (unreadable === 2) throw new Error('More than half');
      return { patches: 3, seconds: 1, patchesPerSecond: 3 };
    },
    export: async (spec) => {
      exported.push(spec);
      return spec.files;
    },
  });
});
afterEach(() => backend.close());

async function predicted(): Promise<number> {
  const file = path.join(backend.folder, 'slide.svs');
  writeFileSync(file, '');
  const { slides, models } = backend.app.session().store;
  const slideId = slides.announce('slide.svs', file, false);
  slides.setFacts(slideId, { format: 't', width: 256, height: 192, mpp: 0.5, levels: [], associated: [] });
  const modelId = models.announce('m', { trainable: false });
  models.finish(modelId, { card, bytes: 1, testAccuracy: null, testN: null });
  const { id, jobId } = await backend.client('predictions.start', { slideId, modelId });
  await backend.ended(jobId ?? 0);
  return id;
}

describe('a prediction of a slide with damaged tiles', () => {
  it('ends with the rest; what could not be read has no score, in the map, at a point, and in exports', async () => {
    unreadable = 1;
    const id = await predicted();
    expect(await backend.client('predictions.get', { id })).toMatchObject({
      status: 'done',
      patches: 3,
      patchesDone: 3,
      unreadable: { patches: 1, reason: REASON },
    });
    const at = (column: number, row: number) =>
      backend.client('predictions.patchAt', { id, x: column * GRID.stride, y: row * GRID.stride });
    expect(await at(1, 0)).toBeNull();
    expect((await at(2, 0))?.scores).toEqual([0.5, 0.5]);
    const map = scoreMap(backend.app.session(), id);
    expect([...map.subarray(2, 6)]).toEqual([NO_SCORE, NO_SCORE, 127, 127]);
    const { job } = await backend.client('predictions.export', {
      id,
      folder: path.join(backend.folder, 'out'),
      formats: ['csv'],
    });
    await backend.ended(job.id);
    expect(exported[0]).toMatchObject({
      columns: Int32Array.of(2, 0),
      rows: Int32Array.of(0, 2),
      unreadable: { patches: 1, reason: REASON },
    });
  });

  it('begins anew when it is resumed after more than half could not be read', async () => {
    unreadable = 2;
    const id = await predicted();
    const failed = await backend.client('predictions.get', { id });
    expect(failed).toMatchObject({ status: 'failed', unreadable: { patches: 2 } });
    unreadable = 0; // the file was copied again
    const { jobId } = await backend.client('predictions.resume', { id });
    await backend.ended(jobId ?? 0);
    expect(specs.map(({ resume }) => resume)).toEqual([null, null]);
    expect(await backend.client('predictions.get', { id })).toMatchObject({
      status: 'done',
      patchesDone: 3,
      unreadable: null,
    });
    expect(backend.app.session().store.patchScores.all(id, 2).scores).toEqual(
      Float32Array.of(1, 0, 0.5, 0.5, 0, 1),
    );
  });

  it('goes on, with the count, when it was interrupted', async () => {
    unreadable = 2;
    const id = await predicted();
    const { predictions } = backend.app.session().store;
    predictions.setDone(id, 2, { patches: 1, reason: REASON });
    const { jobId } = await backend.client('predictions.resume', { id });
    await backend.ended(jobId ?? 0);
    expect(specs[1]?.resume).toEqual({
      grid: GRID,
      patches: 3,
      done: 2,
      unreadable: { patches: 1, reason: REASON },
    });
  });
});
