import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TaskTable } from '../../../src-main/jobs/memoryHost.ts';
import type { Provider } from '../../../src-main/contract/values/hardware.ts';
import type { ModelCard } from '../../../src-main/contract/values/model.ts';
import type { RunResult } from '../../../src-main/contract/values/run.ts';

export const card: ModelCard = {
  kind: 'classifier',
  architecture: 'resnet18',
  width: 8,
  classNames: ['a', 'b'],
  imageSize: 32,
  patchSize: 64,
  mpp: 0.5,
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
  synthetic: false,
  dataset: 'd',
  seed: 1,
};

export const runResult: RunResult = {
  test: { n: 4, loss: 1, accuracy: 0.75, macroF1: 0.7, confusion: [], perClass: [], rocAuc: null, ece: 0.1 },
  validation: null,
  checkpoint: 'last',
  bestEpoch: 1,
  baseline: null,
  hints: [],
  counts: { train: 8, val: 0, test: 4 },
  seconds: 10,
  imagesPerSecond: 40,
  carriedOver: null,
  waitFraction: 0,
  device: 'CPU',
};

/** What testing a device shows: usable at this speed, or with null not there. */
export function probed(name: Provider['name'], imagesPerSecond: number | null): Provider {
  const usable = imagesPerSecond !== null;
  const rest = { absent: null, software: false, note: usable ? null : 'no such card', how: null };
  return { name, usable, device: usable ? `Test ${name.toUpperCase()}` : '', imagesPerSecond, ...rest };
}

/** Tasks that report what real ones would, without computing anything. 20 patches of two classes; a 4 x 3 grid. */
export const fakeTasks: TaskTable = {
  import: async (spec, { event }) => {
    event({ type: 'layout', layout: 'folder', root: spec.path, classNames: ['a', 'b'], mpp: null });
    const patches = Array.from({ length: 20 }, (_, i) => ({
      path: `${i % 2 === 0 ? 'a' : 'b'}/${i}.png`,
      classIndex: i % 2,
      split: null,
      width: 64,
      height: 64,
      sha256: i.toString(16).padStart(64, '0'),
    }));
    event({ type: 'patches', patches });
    event({ type: 'broken', files: [{ path: 'a/broken.png', reason: 'It is empty.' }] });
    return { patches: 20, broken: 1 };
  },
  train: async (spec, { event }) => {
    mkdirSync(spec.folder, { recursive: true });
    const [onnx, safetensors] = [path.join(spec.folder, 'm.onnx'), path.join(spec.folder, 'm.safetensors')];
    writeFileSync(onnx, 'onnx');
    writeFileSync(safetensors, 'safetensors');
    event({ type: 'steps', steps: [{ step: 0, epoch: 1, loss: 1, learningRate: 0.1 }] });
    event({
      type: 'epoch',
      epoch: {
        epoch: 1,
        step: 1,
        trainLoss: 1,
        trainAccuracy: 0.5,
        valLoss: null,
        valAccuracy: null,
        valMacroF1: null,
        imagesPerSecond: 40,
        waitFraction: 0,
        best: true,
      },
    });
    event({
      type: 'predictions',
      split: 'test',
      patchIds: spec.test.map(({ id }) => id),
      trueClasses: spec.test.map(({ classIndex }) => classIndex),
      scores: Float32Array.from({ length: spec.test.length * 2 }, (_, i) => (i % 2 === 0 ? 0.75 : 0.25)),
    });
    return { result: runResult, card, onnx, safetensors };
  },
  predict: async (spec, { event }) => {
    event({ type: 'grid', grid: spec.resume?.grid ?? GRID, patches: 3, tissueFraction: 0.25 });
    const all = { columns: [1, 2, 0], rows: [0, 0, 2], scores: [1, 0, 0.5, 0.5, 0, 1] };
    const done = spec.resume?.done ?? 0;
    event({
      type: 'scores',
      start: done,
      columns: Int32Array.from(all.columns.slice(done)),
      rows: Int32Array.from(all.rows.slice(done)),
      scores: Float32Array.from(all.scores.slice(done * 2)),
      done: 3,
      unreadable: null,
    });
    return { patches: 3, seconds: 1.5, patchesPerSecond: 2 };
  },
  export: async ({ files }) => files,
  bench: async () => [],
  probe: async ({ device }) => probed(device, device === 'cpu' ? 40 : null),
  inspectModel: async () => ({ card }),
};

export const GRID = { columns: 4, rows: 3, patchSize: 64, stride: 64 };
