import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src-main/base/random.ts';
import type { ModelCard } from '../../src-main/contract/values/model.ts';
import type { Graph } from '../../src-main/graph/graph.ts';
import { initialise } from '../../src-main/graph/initialise.ts';
import { deeplab } from '../../src-main/models/deeplab.ts';
import { resnet } from '../../src-main/models/resnet.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src-main/models/safetensors.ts';
import type { Tensors } from '../../src-main/models/tensors.ts';
import { writeModelFiles } from '../../src-main/training/modelFiles.ts';
import { importWeightsTask } from '../../src-main/workers/importWeights.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'tessera-weights-'));
});
afterAll(() => rm(root, { recursive: true }));

const context = { signal: new AbortController().signal, progress: () => {}, event: () => {} };
const weights = (graph: Graph): Tensors => initialise(graph, Random.from(5, 'weights'));

async function take(name: string, tensors: Tensors) {
  const [file, folder] = [path.join(root, `${name}.safetensors`), path.join(root, name)];
  await writeFile(file, encodeSafetensors(tensors, { format: 'pt' }));
  return { folder, taken: importWeightsTask({ file, folder }, context) };
}

describe('weights from elsewhere', () => {
  it.each([18, 34, 50] as const)(
    'are recognised as a ResNet-%i and its width, the head left behind',
    async (depth) => {
      const tensors = weights(resnet({ depth, width: 8, classes: 1000, imageSize: 224 }));
      const { folder, taken } = await take(`resnet${depth}`, tensors);
      expect((await taken).card).toMatchObject({
        ...{ kind: 'backbone', architecture: `resnet${depth}`, width: 8, classNames: [] },
      });
      expect(await readdir(folder)).toEqual(['model.safetensors']);
      const written = decodeSafetensors(await readFile(path.join(folder, 'model.safetensors'))).tensors;
      expect([...written.keys()]).toEqual([...tensors.keys()].filter((name) => !name.startsWith('fc.')));
      expect(written.get('layer4.0.conv2.weight')).toEqual(tensors.get('layer4.0.conv2.weight'));
    },
  );

  it('are refused with what does not fit', async () => {
    const tensors = new Map(weights(resnet({ depth: 18, width: 8, classes: 10, imageSize: 64 })));
    tensors.delete('layer3.0.bn1.running_var');
    tensors.set('layer2.0.conv1.weight', { shape: [16, 4, 3, 3], data: new Float32Array(576) });
    await expect((await take('broken', tensors)).taken).rejects.toThrow(
      /broken\.safetensors cannot be used: .*layer2\.0\.conv1\.weight is \[16, 4, 3, 3\] instead of \[16, 8, 3, 3\].*running_var is missing/,
    );
    const other = new Map([['encoder.weight', { shape: [1], data: new Float32Array(1) }]]);
    await expect((await take('other', other)).taken).rejects.toThrow(
      /no ResNet by torchvision.*encoder\.weight/,
    );
    expect(await readdir(root)).not.toContain('other');
  });

  it('are refused where they are a program', async () => {
    const file = fileURLToPath(new URL('../parity/fixtures/weights/malicious.pth', import.meta.url));
    const taken = importWeightsTask({ file, folder: path.join(root, 'malicious') }, context);
    await expect(taken).rejects.toThrow(/malicious\.pth cannot be used: it holds more than tensors/);
  });
});

it('a model that Tessera wrote comes back whole', async () => {
  const classNames = ['background', 'cat', 'dog'];
  const card: ModelCard = {
    ...{ kind: 'segmenter', architecture: 'resnet18', width: 4, classNames, imageSize: 33, patchSize: 33 },
    ...{
      mpp: null,
      mean: [0.5, 0.5, 0.5],
      std: [0.25, 0.25, 0.25],
      synthetic: false,
      dataset: 'VOC',
      seed: 3,
    },
  };
  const graph = deeplab({ depth: 18, width: 4, classes: 3, imageSize: 33 });
  const source = await writeModelFiles(path.join(root, 'source'), graph, weights(graph), card);
  const folder = path.join(root, 'whole');
  expect(await importWeightsTask({ file: source.safetensors, folder }, context)).toEqual({ card });
  expect(await readFile(path.join(folder, 'model.safetensors'))).toEqual(await readFile(source.safetensors));
  expect(await readFile(path.join(folder, 'model.onnx'))).toEqual(await readFile(source.onnx));
});
