import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../../../src-main/store/store.ts';
import { REAL_DATA } from '../../support/realData.ts';
import { writeShapes } from '../../support/shapes.ts';
import { writeTiles } from '../../support/tiles.ts';
import { untilStored } from '../../support/untilStored.ts';

const main = fileURLToPath(new URL('../../../src-main/cli/main.ts', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-cli-pretrain-'));
  await writeShapes(path.join(folder, 'VOC2012'), 16, 4);
  await writeTiles(path.join(folder, 'tiles'), 12);
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

function start(...args: string[]) {
  const child = spawn(process.execPath, [main, ...args, '--workspace', path.join(folder, 'w')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TESSERA_HOME: path.join(folder, 'home'), npm_lifecycle_event: undefined },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, out, err })) };
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await start(...args, '--json').ended;
  if (code !== 0) throw new Error(`tessera ${args.join(' ')} ended with ${code}: ${err}`);
  return JSON.parse(out) as Record<string, unknown>;
}

const small = ['--preset', 'quick', '--width', '4', '--crop', '33', '--batch', '4', '--device', 'cpu'];

it('a backbone is pre-trained, looked at, gone on with, carried into a classifier and taken out and in again', async () => {
  await json('dataset', 'import', 'voc', path.join(folder, 'VOC2012'), '--name', 'Shapes');
  await json('dataset', 'import', 'folder', path.join(folder, 'tiles'), '--name', 'Tiles');

  const segment = ['pretrain', '--kind', 'segmentation', '--dataset', 'Shapes', ...small];
  const estimate = await json(...segment, '--iterations', '40000', '--estimate');
  expect(estimate).toMatchObject({ basis: 'measured', counts: { train: 16, val: 4 }, problem: null });
  expect(estimate.seconds).toBeGreaterThan(10);

  const segmented = await json(...segment, '--iterations', '6', '--validate-every', '3', '--name', 'seg');
  expect(segmented).toMatchObject({
    ...{ status: 'done', iterations: 6, kind: 'segmentation', device: 'cpu' },
    classNames: ['background', 'red', 'green', 'blue'],
    validation: { n: 4 },
  });
  const labelled = await start(
    ...['pretrain', '--kind', 'classification', '--dataset', 'Shapes', ...small],
    ...['--iterations', '4', '--lr', '0.001', '--init', 'seg', '--name', 'labels'],
  ).ended;
  expect(labelled.out).toMatch(/Pre-training 2: labels: done, 4 of 4 iterations\nmAP [\d.]+ % on 4 images/);

  // one that is killed goes on
  const { child, ended } = start(...segment, '--iterations', '400', '--name', 'killed');
  const steps = 'SELECT max(iteration) FROM pretraining_steps WHERE pretraining_id = 3';
  await untilStored(path.join(folder, 'w'), steps, 60);
  child.kill('SIGKILL');
  await ended;
  const resumed = await json('pretraining', 'resume', '3');
  expect(resumed).toMatchObject({ status: 'done', iterations: 400 });

  const run = await json(
    ...['train', '--dataset', 'Tiles', '--init', 'labels', '--width', '4', '--image-size', '32'],
    ...[
      '--epochs',
      '2',
      '--per-class',
      '4',
      '--validation-per-class',
      '2',
      '--batch-size',
      '6',
      '--device',
      'cpu',
    ],
  );
  expect(run).toMatchObject({ status: 'done' });
  const file = path.join(folder, 'labels.safetensors');
  await json('model', 'export', 'labels', '--format', 'safetensors', '--out', file);
  // the model's own file is that model
  expect(await json('model', 'import', file)).toMatchObject({
    ...{ name: 'labels', card: { kind: 'multilabel', width: 4 }, source: null, trainable: true },
  });
  const models = await start('model', 'list').ended;
  expect(models.out).toMatch(/seg +segmenter +resnet18 width 4 .*mIoU [\d.]+ %/);
  expect(models.out).toMatch(/classifier +resnet18 width 4 .*labels/);
  const refused = await start('train', '--dataset', 'Tiles', '--init', 'seg', '--width', '8').ended;
  expect(refused.err).toMatch(
    /is a ResNet-18 \(width 4\) and cannot be carried over into a ResNet-18 \(width 8\)/,
  );
});

it.skipIf(!REAL_DATA)('the losses of real images fall', async () => {
  const voc = path.join(REAL_DATA ?? '', 'voc/camvid-as-voc/VOC2012');
  await json('dataset', 'import', 'voc', voc, '--name', 'Streets');
  const narrow = ['--preset', 'quick', '--width', '8', '--crop', '97', '--batch', '6', '--device', 'cpu'];
  const short = ['--iterations', '100', '--validate-every', '50', '--validation-images', '8'];
  for (const kind of ['segmentation', 'classification']) {
    const { pretrainingId } = await json(
      'pretrain',
      '--kind',
      kind,
      '--dataset',
      'Streets',
      ...narrow,
      ...short,
    );
    const store = openStore(path.join(folder, 'w', 'tessera.sqlite'));
    const losses = store.pretrainingSteps.list(Number(pretrainingId)).map(({ loss }) => loss);
    store.close();
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(losses).toHaveLength(100);
    expect(mean(losses.slice(-10)), kind).toBeLessThan(0.9 * mean(losses.slice(0, 10)));
  }
});
