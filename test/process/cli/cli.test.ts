import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src-main/backend/startBackend.ts';
import { untilStored } from '../../support/untilStored.ts';
import { smallVoc, writeFiles } from '../../support/voc.ts';

const main = fileURLToPath(new URL('../../../src-main/cli/main.ts', import.meta.url));

const EPOCHS = 'SELECT count(*) FROM epochs WHERE run_id = 1';

let folder: string;
let workspace: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-cli-'));
  workspace = path.join(folder, 'w');
  process.env.TESSERA_HOME = path.join(folder, 'home');
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(...args: string[]) {
  const child = spawn(process.execPath, [main, ...args, '--workspace', workspace], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_lifecycle_event: undefined },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, out, err }));
  return { child, ended };
}
const tessera = (...args: string[]) => start(...args).ended;

/** Two classes of noise around different colours, one broken file. */
async function tiles(perClass: number): Promise<string> {
  const root = path.join(folder, 'tiles');
  for (const [name, background] of Object.entries({ blue: '#2040c0', red: '#c04020' })) {
    mkdirSync(path.join(root, name), { recursive: true });
    for (let i = 0; i < perClass; i++) {
      const noise = { type: 'gaussian', mean: 128, sigma: 10 + i } as const;
      const image = sharp({ create: { width: 32, height: 32, channels: 3, background, noise } });
      await image
        .tint(background)
        .png()
        .toFile(path.join(root, name, `${i}.png`));
    }
  }
  writeFileSync(path.join(root, 'red', 'broken.png'), 'no image');
  return root;
}

const small =
  '--width 4 --image-size 16 --per-class 6 --validation-per-class 0 --batch-size 4 --seed 3 --device cpu'.split(
    ' ',
  );

describe('the command line', () => {
  it('imports, trains and reports one JSON document each, and nothing else on stdout', async () => {
    const imported = await tessera('dataset', 'import', 'folder', await tiles(12), '--name', 'two', '--json');
    expect(imported.code).toBe(0);
    expect(JSON.parse(imported.out)).toMatchObject({ name: 'two', status: 'ready', patches: 24, broken: 1 });
    const trained = await tessera('train', '--dataset', 'two', ...small, '--epochs', '2', '--json');
    expect([trained.err, trained.code]).toEqual(['', 0]);
    const report = JSON.parse(trained.out) as Record<string, unknown>;
    expect(report).toMatchObject({
      runId: 1,
      status: 'done',
      seed: 3,
      test: { accuracy: expect.any(Number), macroF1: expect.any(Number), confusion: expect.any(Array) },
      baseline: { accuracy: expect.any(Number) },
      seconds: expect.any(Number),
      imagesPerSecond: expect.any(Number),
      waitFraction: expect.any(Number),
    });
    expect(existsSync(path.join(workspace, 'runs', '1'))).toBe(false); // checkpoints of a finished run
    const models = JSON.parse((await tessera('model', 'list', '--json')).out) as { runId: number }[];
    expect(models).toMatchObject([{ runId: 1, card: { classNames: ['blue', 'red'] } }]);

    const file = path.join(folder, 'out', 'model.onnx');
    const exported = await tessera('model', 'export', '1', '--out', file, '--json');
    expect(JSON.parse(exported.out)).toEqual({ path: file, bytes: statSync(file).size });
    const again = JSON.parse((await tessera('model', 'import', file, '--json')).out) as object;
    // It is the model that is there already, and not a second one.
    expect(again).toMatchObject({ runId: 1, trainable: true, card: { seed: 3, dataset: 'two' } });
    expect(JSON.parse((await tessera('model', 'list', '--json')).out)).toHaveLength(1);
    const { accuracy, n } = report.test as { accuracy: number; n: number };
    const measured = `accuracy ${(accuracy * 100).toFixed(1)} % (n = ${n})`;
    const own = await tessera('model', 'show', '1');
    expect(own.out).toMatch(/^Model 1: .*: classifier, resnet18 width 4, images of 16 px/);
    expect(own.out.split('\n')).toEqual(
      expect.arrayContaining(['Classes: blue, red', 'Trained on two (seed 3)', measured]),
    );
    const elsewhere = workspace;
    workspace = path.join(folder, 'elsewhere');
    const taken = await tessera('model', 'import', file);
    expect([taken.err, taken.out]).toEqual(['', expect.stringMatching(/[\d.]+ % \(stated\)/)]);
    expect(taken.out).toMatch(
      /^Result: stated by its file, not measured here: on test patches of two, \d+ \w+ \d{4}\.$/m,
    );
    const shown = await tessera('model', 'show', 'model');
    expect(shown.out).toContain(`${measured}, macro-F1 `);
    expect(shown.out).toMatch(/^Result: stated by its file, not measured here/m);
    workspace = elsewhere;
    const other = path.join(folder, 'tiles', 'blue', '0.png');
    expect(await tessera('model', 'import', other)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is not an ONNX file/),
    });
  });

  it('ends with one sentence on stderr and 1 when something is wrong, 2 when it is misused', async () => {
    const missing = await tessera('dataset', 'list', '--json');
    expect(missing).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^There is no folder .*\n$/),
    });
    const misused = await tessera('train', '--json');
    expect(misused).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/--dataset/) });
    expect((await tessera('nonsense')).code).toBe(2);
  });

  it('becomes a caller of the Tessera that has the workspace open', async () => {
    const backend = await startBackend({ workspace });
    const imported = await tessera('dataset', 'import', 'folder', await tiles(4), '--name', 'two', '--json');
    expect(imported.code).toBe(0);
    expect(await backend.client('datasets.list', {})).toMatchObject([{ name: 'two', patches: 8 }]);
    const wrong = await tessera('dataset', 'show', 'three');
    expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/no dataset “three”.*two \(1\)/) });
    await backend.close();
  });

  it('refreshes a dataset where it is and where it went, and tells what changed', async () => {
    const root = await tiles(4);
    await tessera('dataset', 'import', 'folder', root, '--name', 'two');
    rmSync(path.join(root, 'red/0.png'));
    renameSync(path.join(root, 'red/1.png'), path.join(root, 'blue/was-red.png'));
    const { code, out } = await tessera('dataset', 'refresh', 'two');
    expect(code).toBe(0);
    expect(out).toMatch(/two has revision 2 now, from .*tiles\.\n1 file is broken or left out\./);
    expect(out).toMatch(/unchanged +added +removed +changed +moved\n +6 +0 +1 +0 +1\n/);
    expect(out).toMatch(/moved +blue\/was-red\.png +red\/1\.png\nremoved +red\/0\.png\n/);

    const moved = path.join(folder, 'moved');
    renameSync(root, moved);
    const lost = await tessera('dataset', 'refresh', 'two');
    expect(lost).toMatchObject({
      code: 1,
      err: expect.stringMatching(/tiles is not there\. If it was moved/),
    });
    const found = await tessera('dataset', 'refresh', 'two', '--from', moved, '--json');
    expect(JSON.parse(found.out)).toMatchObject({ dataset: { source: moved, revision: 2 }, changes: null });
    const same = await tessera('dataset', 'refresh', '1');
    expect(same.out).toMatch(/^two: nothing has changed in .*moved\.\n/);

    expect((await tessera('dataset', 'set', 'two', '--mpp', '0.25')).out).toMatch(/0\.25/);
    const unknown = await tessera('dataset', 'set', 'two', '--mpp', 'unknown', '--json');
    expect(JSON.parse(unknown.out)).toMatchObject({ name: 'two', mpp: null });
    expect(await tessera('dataset', 'set', 'two', '--mpp', 'much')).toMatchObject({ code: 2 });
  });

  it('recognises what it imports, and takes its name', async () => {
    await writeFiles(path.join(folder, 'streets/VOC2012'), await smallVoc());
    const imported = await tessera('dataset', 'import', path.join(folder, 'streets'), '--json');
    expect(imported.code).toBe(0);
    expect(JSON.parse(imported.out)).toMatchObject({ name: 'streets', layout: 'voc', images: 4 });
    expect((await tessera('dataset', 'list')).out).toMatch(/1 {2}streets {2}ready +21 +0 +4/);
    const refused = await tessera('train', '--dataset', 'streets');
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/holds natural images/) });
    const odd = await tessera('dataset', 'import', 'zip', 'somewhere');
    expect(odd).toMatchObject({ code: 1, err: expect.stringMatching(/folder, kather, voc/) });
  });

  it('shares a workspace with another command, whichever of them has it open', async () => {
    await tessera('dataset', 'import', 'folder', await tiles(12), '--name', 'two');
    const train = (seed: string) =>
      tessera('train', '--dataset', 'two', ...small, '--seed', seed, '--epochs', '3', '--json');
    const both = await Promise.all([train('1'), train('2')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ out }) => (JSON.parse(out) as { seed: number }).seed)).toEqual([1, 2]);
  });

  it('leaves a run that can go on after Ctrl-C, and ends as if it had not been stopped', async () => {
    const root = await tiles(12);
    await tessera('dataset', 'import', 'folder', root, '--name', 'two');
    const train = ['train', '--dataset', 'two', ...small, '--epochs', '40'];
    const { child, ended } = start(...train);
    await untilStored(workspace, EPOCHS, 1);
    child.kill('SIGINT');
    const stopped = await ended;
    expect([stopped.code, stopped.out]).toEqual([
      130,
      expect.stringMatching(/cancelled.*\n.*run resume 1 --workspace/),
    ]);
    const resumed = JSON.parse((await tessera('run', 'resume', '1', '--json')).out) as { test: object };
    const straight = JSON.parse((await tessera(...train, '--json')).out) as { test: object };
    expect(resumed).toMatchObject({ status: 'done', epochs: 40 });
    expect(resumed.test).toEqual(straight.test);
  });

  it('loses nothing when it is killed: the run is marked, and ends as if it had not been', async () => {
    const root = await tiles(12);
    await tessera('dataset', 'import', 'folder', root, '--name', 'two');
    const train = ['train', '--dataset', 'two', ...small, '--epochs', '40'];
    const { child, ended } = start(...train);
    await untilStored(workspace, EPOCHS, 2);
    child.kill('SIGKILL');
    await ended;
    const shown = JSON.parse((await tessera('run', 'show', '1', '--json')).out) as { status: string };
    expect(shown.status).toBe('interrupted');
    const resumed = JSON.parse((await tessera('run', 'resume', '1', '--json')).out) as { test: object };
    const straight = JSON.parse((await tessera(...train, '--json')).out) as { test: object };
    expect(resumed).toMatchObject({ status: 'done', epochs: 40 });
    expect(resumed.test).toEqual(straight.test);
  });
});
