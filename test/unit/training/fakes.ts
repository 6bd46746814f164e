import { createHash } from 'node:crypto';
import { Random } from '../../../src-main/base/random.ts';
import type { LabelledFile } from '../../../src-main/data/colourBaseline.ts';
import type { PatchLoader } from '../../../src-main/data/loading.ts';
import type { Trainer } from '../../../src-main/engines/engine.ts';
import type { Tensors } from '../../../src-main/models/tensors.ts';
import type { Checkpoint } from '../../../src-main/training/checkpoint.ts';
import { train } from '../../../src-main/training/trainer.ts';
import type { TrainingEvent, TrainingOptions, TrainingOutcome } from '../../../src-main/training/training.ts';
import type { TrainingState } from '../../../src-main/training/trainingState.ts';

export const SIDE = 4;
const PIXELS = SIDE * SIDE;

/** Images whose channel means depend on the class, with noise from the path and the augmentation's seed. */
export function fakeLoader(): PatchLoader & {
  loads: { paths: readonly string[]; seeds: readonly number[] }[];
} {
  const loads: { paths: readonly string[]; seeds: readonly number[] }[] = [];
  return {
    loads,
    async load({ paths, augment }) {
      loads.push({ paths, seeds: augment?.seeds ?? [] });
      const images = new Float32Array(paths.length * 3 * PIXELS);
      paths.forEach((path, i) => {
        const random = Random.from(augment?.seeds[i] ?? 0, path);
        const target = Number(path.split('/')[0]);
        for (let c = 0; c < 3; c++)
          images.fill(
            random.normal() + (c === target ? 2 : 0),
            (i * 3 + c) * PIXELS,
            (i * 3 + c + 1) * PIXELS,
          );
      });
      return images;
    },
    async dispose() {},
  };
}

/** Softmax regression on the three channel means, SGD with momentum 0.9, all in float32: small, yet bit-exact or not. */
export function fakeTrainer(classes = 3): Trainer & { steps: number } {
  const weight = new Float32Array(classes * 3);
  const momentum = new Float32Array(classes * 3);
  const logitsOf = (images: Float32Array, count: number) => {
    const logits = new Float32Array(count * classes);
    for (let i = 0; i < count; i++)
      for (let k = 0; k < classes; k++)
        for (let c = 0; c < 3; c++)
          logits[i * classes + k]! += weight[k * 3 + c]! * images[(i * 3 + c) * PIXELS]!;
    return logits;
  };
  return {
    device: 'cpu',
    steps: 0,
    async step({ images, targets }, learningRate) {
      this.steps++;
      const n = targets.length;
      const logits = logitsOf(images, n);
      const gradient = new Float32Array(classes * 3);
      let loss = 0;
      for (let i = 0; i < n; i++) {
        const row = [...logits.subarray(i * classes, (i + 1) * classes)].map(Math.exp);
        const sum = row.reduce((a, b) => a + b);
        loss -= Math.log(row[targets[i]!]! / sum) / n;
        row.forEach((value, k) => {
          const error = (value / sum - (k === targets[i] ? 1 : 0)) / n;
          for (let c = 0; c < 3; c++) gradient[k * 3 + c]! += error * images[(i * 3 + c) * PIXELS]!;
        });
      }
      for (let j = 0; j < weight.length; j++) {
        momentum[j] = 0.9 * momentum[j]! + gradient[j]!;
        weight[j]! -= learningRate * momentum[j]!;
      }
      return { loss, logits };
    },
    async evaluate(images, count) {
      return logitsOf(images, count);
    },
    async state() {
      const copy = (data: Float32Array) => ({ shape: [classes, 3], data: data.slice() });
      return new Map([
        ['fc.weight', copy(weight)],
        ['optimizer.momentum.fc.weight', copy(momentum)],
      ]);
    },
    async restore(state) {
      weight.set(state.get('fc.weight')!.data);
      momentum.set(state.get('optimizer.momentum.fc.weight')!.data);
    },
    async dispose() {},
  };
}

/** Checkpoints in memory; `all` has every one ever saved, in order. */
export function memoryStore() {
  const all: Checkpoint<TrainingState>[] = [];
  return {
    all,
    async save(checkpoint: Checkpoint<TrainingState>) {
      all.push(structuredClone(checkpoint));
    },
    async load(step: number): Promise<Checkpoint<TrainingState>> {
      const found = all.findLast(({ state }) => state.step === step);
      if (!found) throw new Error(`no checkpoint ${step}`);
      return structuredClone(found);
    },
  };
}

/** `count` patches per class, named so that the splits do not overlap. */
export function patches(split: string, count: number, classes = 3): LabelledFile[] {
  return Array.from({ length: count * classes }, (_, i) => ({
    path: `${i % classes}/${split}/${i}`,
    classIndex: i % classes,
  }));
}

/** Five epochs of four steps: 15 training patches in batches of 4. */
export function options(changes: Partial<TrainingOptions> = {}): TrainingOptions {
  return {
    trainer: fakeTrainer(),
    loader: fakeLoader(),
    checkpoints: memoryStore(),
    config: {
      epochs: 5,
      batchSize: 4,
      imageSize: SIDE,
      optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0 },
      schedule: { kind: 'poly', power: 0.9 },
      augmentation: {
        flip: true,
        rotateDegrees: 0,
        cropPadding: 0,
        colourJitter: 0,
        hueJitter: 0,
        rescale: 0,
      },
      seed: 1,
    },
    classes: 3,
    patches: { train: patches('train', 5), val: patches('val', 6), test: patches('test', 12) },
    fingerprint: 'test',
    from: null,
    signal: new AbortController().signal,
    clock: () => performance.now() / 1000,
    ...changes,
  };
}

/** Runs to the end. */
export async function collect(
  run: TrainingOptions,
  onEvent: (event: TrainingEvent) => void = () => {},
): Promise<{ events: TrainingEvent[]; outcome: TrainingOutcome }> {
  const events: TrainingEvent[] = [];
  const training = train(run);
  for (;;) {
    const { done, value } = await training.next();
    if (done) return { events, outcome: value };
    events.push(value);
    onEvent(value);
  }
}

/** A hash of what must be equal between two runs: all but the times, and how far an evaluation had come. */
export function decisive({ events, outcome }: { events: TrainingEvent[]; outcome: TrainingOutcome }): string {
  const told = events.filter(({ type }) => type !== 'evaluated');
  const all = JSON.stringify(
    [told, { ...outcome, parameters: plain(outcome.parameters) }],
    (key, value: unknown) =>
      ['seconds', 'imagesPerSecond', 'waitFraction'].includes(key) ? undefined : value,
  );
  return createHash('sha256').update(all).digest('hex');
}

export function plain(tensors: Tensors) {
  return [...tensors].map(([name, { shape, data }]) => [name, shape, [...data]]);
}
