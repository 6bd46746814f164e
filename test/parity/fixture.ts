import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Graph } from '../../src-main/graph/graph.ts';
import type { Depth } from '../../src-main/models/backbone.ts';
import { deeplab } from '../../src-main/models/deeplab.ts';
import { headPrefixes } from '../../src-main/models/heads.ts';
import { resnet } from '../../src-main/models/resnet.ts';
import { decodeSafetensors } from '../../src-main/models/safetensors.ts';
import type { Tensor, Tensors } from '../../src-main/models/tensors.ts';
import type { OptimizerSpec } from '../../src-main/engines/engine.ts';

interface Facts {
  /** Default: a ResNet. */
  network?: 'deeplab';
  depth: Depth;
  width: number;
  imageSize: number;
  classes: number;
  batchSize: number;
  batches: number;
  optimizer: OptimizerSpec;
  learningRate: number;
  /** Multiplies the head's learning rate. */
  headRateFactor?: number;
}

const graphOf = ({ network, depth, ...options }: Facts): Graph =>
  network === 'deeplab' && depth !== 50 ? deeplab({ depth, ...options }) : resnet({ depth, ...options });

/** Those of make_fixtures.py. */
export const CASES = [
  'resnet18-sgd',
  'resnet18-adam',
  'resnet34-sgd',
  'resnet50-sgd',
  'deeplab18-sgd',
  'deeplab34-sgd',
] as const;

const FIXTURES = path.join(import.meta.dirname, 'fixtures');

/** What make_fixtures.py wrote about one case. */
export function loadFixture(name: string, folder = FIXTURES) {
  const file = (extension: string) => path.join(folder, `${name}.${extension}`);
  const facts = JSON.parse(readFileSync(file('json'), 'utf8')) as Facts;
  const { tensors } = decodeSafetensors(readFileSync(file('safetensors')));
  const data = (tensor: string) => (tensors.get(tensor) as Tensor).data;
  const batch = (values: Float32Array, i: number) => {
    const length = values.length / facts.batches;
    return values.slice(i * length, (i + 1) * length);
  };
  const { headRateFactor: learningRateFactor } = facts;
  const graph = graphOf(facts);
  return {
    ...facts,
    graph,
    groups:
      learningRateFactor === undefined
        ? []
        : [{ prefixes: headPrefixes(graph.parameters), learningRateFactor }],
    initial: withPrefix(tensors, 'initial.'),
    batches: Array.from({ length: facts.batches }, (_, i) => ({
      images: batch(data('images'), i),
      targets: Int32Array.from(batch(data('targets'), i)),
    })),
    allImages: data('images'),
    /** Of the first step. */
    logits: tensors.get('logits') as Tensor,
    gradients: withPrefix(tensors, 'gradient.'),
    firstStatistics: withPrefix(tensors, 'first.'),
    /** Of ten steps over the batches in turn, and what they led to. */
    losses: data('losses'),
    trained: withPrefix(tensors, 'trained.'),
    evaluation: data('evaluation'),
    /** Images of the evaluation: more than a batch, and no multiple of it. */
    evaluated: facts.batchSize + 1,
  };
}

export function withPrefix(tensors: Tensors, prefix: string): Tensors {
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
