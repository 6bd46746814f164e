import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src-main/base/random.ts';
import type { WorkerEvent, WorkerSpec } from '../../src-main/contract/worker.ts';
import { patchGrid, tissuePatches } from '../../src-main/slides/grid.ts';
import { openSlide } from '../../src-main/slides/open.ts';
import { readPatches } from '../../src-main/slides/readPatches.ts';
import { patchSegments } from '../../src-main/slides/segments.ts';
import type { RgbImage } from '../../src-main/slides/slide.ts';
import { findTissue } from '../../src-main/slides/tissue.ts';
import { ReadablePatches } from '../../src-main/workers/readablePatches.ts';
import { runPrediction, tinyCard, writeTinyModel } from '../support/prediction.ts';
import { damageTiles, temporaryFolder, writeTiff } from '../support/slides.ts';

const folder = temporaryFolder();
const modelFile = path.join(folder, 'model.onnx');
const [WIDTH, HEIGHT, TILE, PATCH] = [400, 320, 64, 40];
const [COLUMNS, ROWS] = [WIDTH / PATCH, HEIGHT / PATCH];
const card = { ...tinyCard, patchSize: PATCH / 2 };
const specOf = (slidePath: string): WorkerSpec<'predict'> => ({
  slidePath,
  mpp: null,
  modelFile,
  card,
  device: 'cpu',
  resume: null,
});
const source = (name: string) => path.join(folder, `whole ${name}.tif`);

beforeAll(async () => {
  writeTinyModel(modelFile);
  await writeTiff(source('flat'), stained(), { compression: 'deflate', pyramid: false });
  await writeTiff(source('jpeg'), stained(), { compression: 'jpeg', quality: 90, pyramid: false });
  await writeTiff(source('pyramid'), stained(), { compression: 'deflate' });
});

type Scores = Extract<WorkerEvent<'predict'>, { type: 'scores' }>;
type Tile = readonly [column: number, row: number];

/** A copy of a slide with damaged tiles. */
async function damagedCopy(name: string, tiles: readonly Tile[], level = 0): Promise<string> {
  const file = path.join(folder, `damaged ${name}.tif`);
  copyFileSync(source(name), file);
  await damageTiles(file, level, tiles);
  return file;
}

/** Whether a patch needs one of the tiles, by their squares of pixels alone. */
const touches = (column: number, row: number, tiles: readonly Tile[], tile = TILE) =>
  tiles.some(
    ([x, y]) =>
      column * PATCH < (x + 1) * tile &&
      (column + 1) * PATCH > x * tile &&
      row * PATCH < (y + 1) * tile &&
      (row + 1) * PATCH > y * tile,
  );
const allPatches = Array.from({ length: COLUMNS * ROWS }, (_, i) => ({
  column: i % COLUMNS,
  row: Math.floor(i / COLUMNS),
}));
const places = (patches: readonly { column: number; row: number }[]) =>
  patches.map(({ column, row }) => `${column}/${row}`);

describe('a slide with damaged tiles', () => {
  it('is classified but for the patches that need them, with the scores that it has when whole', async () => {
    const whole = await runPrediction(specOf(source('flat')));
    expect(whole.patches).toHaveLength(COLUMNS * ROWS);
    const tiles: Tile[] = [
      [2, 1],
      [6, 4],
    ];
    const damaged = await runPrediction(specOf(await damagedCopy('flat', tiles)));
    const readable = whole.patches.filter(({ column, row }) => !touches(column, row, tiles));
    expect(places(damaged.patches)).toEqual(places(readable));
    expect(damaged.patches).toEqual(readable);
    expect(damaged.grid).toMatchObject({ patches: COLUMNS * ROWS });
    const last = damaged.scores.at(-1);
    expect(last?.done).toBe(COLUMNS * ROWS);
    expect(last?.unreadable).toEqual({
      patches: COLUMNS * ROWS - readable.length,
      reason: 'the tile in column 2, row 1 of level 0 is damaged',
    });
    expect(damaged.fractions.at(-1)).toBe(1);
  });

  it('goes on after an interruption with the same patches and counts', async () => {
    const file = await damagedCopy('flat', [
      [0, 0],
      [6, 4],
    ]);
    const whole = await runPrediction(specOf(file));
    const [first, ...later] = whole.scores;
    if (!whole.grid || !first) throw new Error('nothing was classified');
    const rest = await runPrediction({
      ...specOf(file),
      resume: {
        grid: whole.grid.grid,
        patches: whole.grid.patches,
        done: first.done,
        unreadable: first.unreadable,
      },
    });
    expect(rest.patches).toEqual(whole.patches.slice(first.columns.length));
    expect(rest.scores[0]?.start).toBe(first.columns.length);
    expect(rest.scores.at(-1)?.unreadable).toEqual(later.at(-1)?.unreadable);
    expect(rest.scores.at(-1)?.done).toBe(COLUMNS * ROWS);
  });

  it('is not hurt by damage in a level that no patch is read from', async () => {
    // 20 pixels become 32 of the model's: only level 0 is fine enough. The tissue is looked for in the last level.
    const { patches, scores } = await runPrediction(specOf(await damagedCopy('pyramid', [[0, 0]], 2)));
    expect(patches).toHaveLength(COLUMNS * ROWS);
    expect(scores.at(-1)?.unreadable).toBeNull();
  });

  it('fails, in words, where more than half of the patches need damaged tiles, and says how far it came', async () => {
    const tiles = Array.from({ length: 7 * 3 }, (_, i): Tile => [i % 7, Math.floor(i / 7)]); // the upper three rows
    const told: Scores[] = [];
    const running = runPrediction(specOf(await damagedCopy('jpeg', tiles)), (event) => told.push(event));
    await expect(running).rejects.toThrow(
      /^More than half of the 80 patches could not be read: the tile in column 0, row 0 of level 0 is damaged, and/,
    );
    expect(told.at(-1)?.unreadable?.patches).toBeGreaterThan(40);
  });

  it(
    'leaves the right patches out however many tiles are damaged: 200 slides',
    { timeout: 60_000 },
    async () => {
      const random = Random.from(7, 'tiles');
      const seen = { whole: 0, part: 0, refused: 0 };
      for (let i = 0; i < 200; i++) {
        const tiles = Array.from({ length: random.integer(14) }, (): Tile => [
          random.integer(Math.ceil(WIDTH / TILE)),
          random.integer(HEIGHT / TILE),
        ]);
        const lost = allPatches.filter(({ column, row }) => touches(column, row, tiles));
        const found = await readAll(await damagedCopy(i % 2 ? 'flat' : 'jpeg', tiles));
        expect(found.refused).toBe(lost.length * 2 > allPatches.length);
        seen[found.refused ? 'refused' : lost.length > 0 ? 'part' : 'whole']++;
        if (found.refused) continue;
        expect(places(found.patches)).toEqual(places(allPatches.filter((patch) => !lost.includes(patch))));
        expect(found.end.done).toBe(allPatches.length);
        expect(found.end.unreadable?.patches ?? 0).toBe(lost.length);
      }
      expect(Math.min(...Object.values(seen))).toBeGreaterThan(5);
    },
  );
});

/** What a prediction reads, without its threads and without the network, so that hundreds take seconds. */
async function readAll(file: string) {
  const slide = await openSlide(file);
  const grid = patchGrid(slide.info, card, slide.info.mpp);
  const list = tissuePatches(grid, await findTissue(slide, slide.info.mpp));
  const options = { patchSize: PATCH, imageSize: PATCH, mean: card.mean, std: card.std };
  const readable = new ReadablePatches(list.columns.length, 3 * PATCH ** 2, { done: 0, unreadable: null });
  const pieces = (async function* () {
    for (const { corners } of patchSegments(grid, list, 0, 2)) yield readPatches(slide, corners, options);
  })();
  let classified = 0;
  for await (const planes of readable.images(pieces)) classified += planes.length / (3 * PATCH ** 2);
  await slide.close();
  const patches = readable
    .positions(0, classified)
    .map((position) => ({ column: list.columns[position] ?? -1, row: list.rows[position] ?? -1 }));
  let refused = false;
  try {
    readable.refuseTooFew();
  } catch {
    refused = true;
  }
  return { patches, end: readable.reached(classified), refused };
}

/** Stained tissue from edge to edge. */
function stained(): RgbImage {
  const random = Random.from(2, 'tissue');
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const wave = Math.sin(x / (5 + y / 100)) * Math.cos(y / 11);
      const colour = [200 + 40 * wave, 100 + (60 * y) / HEIGHT + random.integer(6), 170 + (50 * x) / WIDTH];
      data.set(colour, (y * WIDTH + x) * 3);
    }
  return { width: WIDTH, height: HEIGHT, data };
}
