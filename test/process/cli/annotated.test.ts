import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import type { Dataset } from '../../../src-main/contract/values/dataset.ts';
import { qupathGeoJson, type Area } from '../../support/geojson.ts';
import { writeTiff } from '../../support/slides.ts';

const main = fileURLToPath(new URL('../../../src-main/cli/main.ts', import.meta.url));
const [WIDTH, HEIGHT] = [640, 640];

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'tessera-annotated-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

function tessera(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [main, ...args, '--workspace', path.join(folder, 'w')], {
    env: { ...process.env, TESSERA_HOME: path.join(folder, 'home') },
  });
}

/** Fine grain in the left half, coarse in the right one: told apart however the patches are turned. */
async function writeSlide(name: string, seed: number): Promise<void> {
  const random = Random.from(seed, 'grain');
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const wave = x < WIDTH / 2 ? 0.9 + 0.1 * seed : 0.25;
      const value = 130 + 90 * Math.sin(x * wave) * Math.sin(y * wave) + random.between(-15, 15);
      data.set([value, value * 0.8, value], (y * WIDTH + x) * 3);
    }
  const file = path.join(folder, 'slides', name);
  mkdirSync(path.dirname(file), { recursive: true });
  await writeTiff(file, { width: WIDTH, height: HEIGHT, data }, { compression: 'deflate' });
  const areas: Area[] = [
    ['fine', 0, 0, 320, 0, 320, 640, 0, 640],
    ['coarse', 320, 0, 640, 0, 640, 640, 320, 640],
    ['coarse: faint', 0, 0, 32, 0, 32, 32, 0, 32],
  ];
  writeFileSync(`${file}.geojson`, qupathGeoJson(areas));
}

it('imports annotated slides, and learns from one what holds on the other', async () => {
  await writeSlide('train/a.tif', 1);
  await writeSlide('test/b.tif', 2);
  const source = path.join(folder, 'slides');
  const options = [
    '--patch-size',
    '32',
    '--mpp',
    'native',
    '--min-tissue',
    '0.1',
    '--without',
    'coarse: faint',
  ];
  const { stdout, stderr } = await tessera(
    'dataset',
    'import',
    source,
    '--name',
    'cut',
    ...options,
    '--json',
  );
  expect(stderr).toBe('798 patches (coarse 400, coarse: faint 0, fine 398), 2 MB in the workspace.\n');
  const dataset = JSON.parse(stdout) as Dataset;
  expect(dataset).toMatchObject({ layout: 'annotated', status: 'ready', mpp: 0.5, broken: 0, patches: 798 });
  expect(dataset.slides).toMatchObject({ count: 2, unknown: 0, shared: 0 });
  expect(dataset.cutting).toMatchObject({
    patchSize: 32,
    mpp: null,
    leastTissue: 0.1,
    without: ['coarse: faint'],
  });
  expect(dataset.classes.map(({ name, counts }) => [name, counts.train, counts.test])).toEqual([
    ['coarse', 200, 200],
    ['fine', 199, 199],
  ]);
  const small =
    '--width 8 --image-size 32 --per-class 40 --validation-per-class 10 --epochs 15 --batch-size 8 --seed 3'.split(
      ' ',
    );
  const trained = await tessera('train', '--dataset', 'cut', ...small, '--device', 'cpu', '--json');
  const run = JSON.parse(trained.stdout) as { test: { accuracy: number; n?: number } };
  expect(run.test.accuracy).toBeGreaterThan(0.9);
}, 120_000);

it('says what does not go together', async () => {
  await writeSlide('a.tif', 1);
  const slides = path.join(folder, 'slides');
  const fails = (...args: string[]) => expect(tessera('dataset', 'import', ...args)).rejects;
  await fails(slides, '--patch-size', '8').toThrow(/cutting\.patchSize/);
  await fails(slides, '--min-tissue', '1.5').toThrow(/cutting\.leastTissue/);
  await fails(slides, '--mpp', 'fine').toThrow(/It has to be a number, or “native”/);
  await fails(slides, '--without', 'fine', '--without', 'coarse').toThrow(/at least two classes/);
  const patches = path.join(folder, 'patches');
  for (const name of ['a/1.png', 'b/1.png']) {
    mkdirSync(path.dirname(path.join(patches, name)), { recursive: true });
    writeFileSync(path.join(patches, name), 'x');
  }
  await fails(patches, '--coverage', '0.5').toThrow(/--coverage is for annotated slides, and these are none/);
  await fails(patches, '--min-tissue', '0.5').toThrow(/--min-tissue is for annotated slides/);
  await fails('annotated', patches).toThrow(/No annotated slides were found/);
}, 60_000);
