/**
 * Pre-trains from the command line and lets PyTorch train on the very batches, from the same first weights:
 *
 *   node test/bench/pretrainPeer.ts <VOC2012 folder> segmentation|classification [options of `tessera pretrain`]
 *
 * Prints both loss curves side by side and their largest difference, beside how far PyTorch's own roundings lead it astray. The batches are made again from the stored configuration by the
 * same loader and order; the losses are the ones that the run stored. Needs python3 with torch.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '../../src-main/base/random.ts';
import { createVocLoader } from '../../src-main/data/voc/vocLoader.ts';
import { initialise } from '../../src-main/graph/initialise.ts';
import { encodeSafetensors } from '../../src-main/models/safetensors.ts';
import { openStore } from '../../src-main/store/store.ts';
import { DEPTHS } from '../../src-main/training/network.ts';
import { IMAGENET_MEAN, IMAGENET_STD } from '../../src-main/training/normalisation.ts';
import { pretrainNetwork } from '../../src-main/training/pretraining/network.ts';
import { objectiveOf } from '../../src-main/training/pretraining/objective.ts';
import { pretrainingOrder } from '../../src-main/training/pretraining/plan.ts';

const [voc = '', kind = 'segmentation', ...options] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'tessera-pretrain-peer-'));
const workspace = path.join(folder, 'workspace');
const settings = { ...process.env, TESSERA_HOME: path.join(folder, 'home') };

function tessera(...args: string[]): void {
  const command = [path.join(root, 'src-main/cli/main.ts'), ...args, '--workspace', workspace];
  execFileSync(process.execPath, command, { stdio: 'inherit', env: settings });
}

/** What the run stored, and the images that it drew from. */
function stored() {
  const store = openStore(path.join(workspace, 'tessera.sqlite'));
  const [pretraining] = store.pretrainings.list();
  if (!pretraining) throw new Error('There is no pre-training.');
  const { id, config, classNames } = pretraining;
  const dataset = store.datasets.get(config.datasetId);
  const images = store.images
    .of(config.datasetId)
    .filter(({ split, duplicateOf }) => split === 'train' && duplicateOf === null)
    .map((image) => ({
      ...image,
      image: path.join(dataset?.root ?? '', image.path),
      mask: kind === 'segmentation' ? path.join(dataset?.root ?? '', image.maskPath ?? '') : null,
    }));
  const losses = store.pretrainingSteps.list(id).map(({ loss }) => loss);
  const validations = store.validations.list(id);
  store.close();
  return { config, classes: classNames.length, images, losses, validations };
}

async function writeBatches(batches: string, { config, classes, images }: ReturnType<typeof stored>) {
  const { schedule, batchSize, cropSize, rescale, flip } = config;
  if (schedule.kind !== 'poly' || config.accumulate !== 1 || config.init.kind !== 'random')
    throw new Error('PyTorch’s side knows the poly schedule, one pass and random weights only.');
  const graph = pretrainNetwork(config, classes, cropSize);
  const initial = initialise(graph, Random.from(config.seed, 'weights'));
  writeFileSync(path.join(batches, 'initial.safetensors'), encodeSafetensors(initial, {}));
  const facts = { depth: DEPTHS[config.architecture], classes, images: batchSize, power: schedule.power };
  writeFileSync(path.join(batches, 'settings.json'), JSON.stringify({ ...config, ...facts }));
  const loader = createVocLoader({ mean: IMAGENET_MEAN, std: IMAGENET_STD, threads: 2, cacheBytes: 0 });
  const objective = objectiveOf(config.kind, classes);
  const order = pretrainingOrder(config, images.length);
  for (let iteration = 0; iteration < config.iterations; iteration++) {
    const { indices, seeds } = order(iteration);
    const items = indices.flatMap((index) => images[index] ?? []);
    const batch = await loader.load({
      items,
      size: cropSize,
      augment: { settings: { rescale, flip }, seeds },
    });
    writeFileSync(path.join(batches, `${iteration}.images`), batch.images);
    writeFileSync(path.join(batches, `${iteration}.targets`), objective.targets(items, batch));
  }
  await loader.dispose();
}

interface Peer {
  readonly losses: readonly number[];
  /** Of the same training in float64. */
  readonly double: readonly number[];
  readonly torch: string;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const apart = (a: readonly number[], b: readonly number[]) =>
  a.map((loss, i) => Math.abs(loss - (b[i] ?? NaN)));

function compare(ours: readonly number[], { losses, double, torch }: Peer) {
  const curves = [ours, losses, double];
  const differences = [apart(ours, losses), apart(ours, double), apart(losses, double)];
  console.log(`Losses; the PyTorch is ${torch}.`);
  console.log('iteration  Tessera  PyTorch  in float64  |T − P|  |T − P64|  |P − P64|');
  const row = (name: string, values: readonly number[], apartBy: readonly number[]) =>
    console.log(
      [name.padStart(9), ...values.map((x) => x.toFixed(5)), ...apartBy.map((x) => x.toExponential(1))].join(
        '  ',
      ),
    );
  for (const i of ours.keys())
    if (i < 5 || (i + 1) % 5 === 0)
      row(
        String(i + 1),
        curves.map((curve) => curve[i] ?? NaN),
        differences.map((d) => d[i] ?? NaN),
      );
  const tenth = Math.max(1, Math.round(ours.length / 10));
  row(
    'first 1/10',
    curves.map((curve) => mean(curve.slice(0, tenth))),
    [],
  );
  row(
    'last 1/10',
    curves.map((curve) => mean(curve.slice(-tenth))),
    [],
  );
  row(
    'largest',
    [],
    differences.map((d) => Math.max(...d)),
  );
}

try {
  tessera('dataset', 'import', 'voc', path.resolve(voc), '--name', 'VOC');
  tessera('pretrain', '--kind', kind, '--dataset', 'VOC', ...options);
  const run = stored();
  for (const { iteration, loss, score } of run.validations)
    console.log(
      `validation after ${iteration}: loss ${loss.toFixed(4)}, score ${(100 * score).toFixed(2)} %`,
    );
  await writeBatches(folder, run);
  const peer = path.join(root, 'test/bench/pretrain_peer.py');
  const output = execFileSync('python3', [peer, folder], { encoding: 'utf8' });
  compare(run.losses, JSON.parse(output) as Peer);
} finally {
  rmSync(folder, { recursive: true });
}
