import { readFileSync } from 'node:fs';
import { resnet } from '../../src-main/models/resnet.ts';
import { decodeSafetensors } from '../../src-main/models/safetensors.ts';
import type { Tensor, Tensors } from '../../src-main/models/tensors.ts';
import type { OptimizerSpec } from '../../src-main/engines/engine.ts';

interface Facts {
  depth: 18 | 34;
  width: number;
  imageSize: number;
  classes: number;
  batchSize: number;
  optimizer: OptimizerSpec;
  learningRate: number;
  targets: number[][];
  evaluated: number;
}

/** What make_fixtures.py wrote about one case. */
export function loadFixture(name: string) {
  const file = (extension: string) => new URL(`fixtures/${name}.${extension}`, import.meta.url);
  const facts = JSON.parse(readFileSync(file('json'), 'utf8')) as Facts;
  const { tensors } = decodeSafetensors(readFileSync(file('safetensors')));
  const images = tensors.get('images') as Tensor;
  const perBatch = images.data.length / facts.targets.length;
  return {
    ...facts,
    graph: resnet(facts),
    initial: withPrefix(tensors, 'initial.'),
    batches: facts.targets.map((targets, i) => ({
      images: images.data.slice(i * perBatch, (i + 1) * perBatch),
      targets: Int32Array.from(targets),
    })),
    allImages: images.data,
    /** Of the first step. */
    logits: tensors.get('logits') as Tensor,
    gradients: withPrefix(tensors, 'gradient.'),
    firstStatistics: withPrefix(tensors, 'first.'),
    /** Of ten steps over the batches in turn, and what they led to. */
    losses: (tensors.get('losses') as Tensor).data,
    trained: withPrefix(tensors, 'trained.'),
    evaluation: (tensors.get('evaluation') as Tensor).data,
  };
}

function withPrefix(tensors: Tensors, prefix: string): Tensors {
  return new Map(
    [...tensors].flatMap(([name, tensor]): [string, Tensor][] =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
    ),
  );
}

/** Largest difference in units of the largest expected value. */
export function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [difference, scale] = [0, 1e-30];
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i] as number, expected[i] as number];
    if (Number.isNaN(a)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, Math.abs(a - b));
    scale = Math.max(scale, Math.abs(b));
  }
  return difference / scale;
}

/** The tensors of `expected` that deviate by more than `tolerance` in `actual`, with by how much: [] is a pass. */
export function deviating(actual: Tensors, expected: Tensors, tolerance: number): string[] {
  return [...expected].flatMap(([name, tensor]) => {
    const given = actual.get(name);
    if (given?.shape.join() !== tensor.shape.join()) return [`${name}: missing or of another shape`];
    const by = deviation(given.data, tensor.data);
    return by <= tolerance ? [] : [`${name}: ${by.toPrecision(2)}`];
  });
}
