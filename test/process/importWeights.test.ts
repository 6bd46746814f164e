import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src-main/base/random.ts';
import type { HeldOutResult } from '../../src-main/contract/values/heldOut.ts';
import type { ModelCard } from '../../src-main/contract/values/model.ts';
import type { Graph } from '../../src-main/graph/graph.ts';
import { initialise } from '../../src-main/graph/initialise.ts';
import { deeplab } from '../../src-main/models/deeplab.ts';
import { resnet } from '../../src-main/models/resnet.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src-main/models/safetensors.ts';
import type { Tensors } from '../../src-main/models/tensors.ts';
import { writeModelFiles } from '../../src-main/training/modelFiles.ts';
import { importWeightsTask } from '../../src-main/workers/importWeights.ts';
import { storedZip } from '../unit/models/storedZip.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'tessera-weights-'));
});
afterAll(() => rm(root, { recursive: true }));

const context = { signal: new AbortController().signal, progress: () => {}, event: () => {} };
const weights = (graph: Graph): Tensors => initialise(graph, Random.from(5, 'weights'));
const fixture = (name: string) =>
  fileURLToPath(new URL(`../parity/fixtures/weights/${name}`, import.meta.url));

async function take(name: string, tensors: Tensors) {
  const [file, folder] = [path.join(root, `${name}.safetensors`), path.join(root, name)];
  await writeFile(file, encodeSafetensors(tensors, { format: 'pt' }));
  return { folder, taken: importWeightsTask({ file, folder }, context) };
}

/** Tensors as names and shapes alone, all of one value. */
const shaped = (shapes: Record<string, number[]>): Tensors =>
  new Map(
    Object.entries(shapes).map(([name, shape]) => {
      const length = shape.reduce((product, axis) => product * axis, 1);
      return [name, { shape, data: new Float32Array(length).fill(0.1) }];
    }),
  );

const small = weights(resnet({ depth: 18, width: 4, classes: 10, imageSize: 64 }));
const prefixed = (
  prefix: string,
  tensors: Tensors,
): [string, { shape: readonly number[]; data: Float32Array }][] =>
  [...tensors].map(([name, tensor]) => [prefix + name, tensor]);
const withoutHead = new Map([...small].filter(([name]) => !name.startsWith('fc.')));

describe('weights from elsewhere', () => {
  it.each([18, 34, 50] as const)(
    'are recognised as a ResNet-%i and its width, the head left behind',
    async (depth) => {
      const tensors = weights(resnet({ depth, width: 8, classes: 1000, imageSize: 224 }));
      const { folder, taken } = await take(`resnet${depth}`, tensors);
      expect((await taken).card).toMatchObject({
        ...{ kind: 'backbone', architecture: `resnet${depth}`, width: 8, classNames: [] },
        checked: { by: 'trial', prefix: '' },
      });
      expect(await readdir(folder)).toEqual(['model.safetensors']);
      const written = decodeSafetensors(await readFile(path.join(folder, 'model.safetensors'))).tensors;
      expect([...written.keys()]).toEqual([...tensors.keys()].filter((name) => !name.startsWith('fc.')));
      expect(written.get('layer4.0.conv2.weight')).toEqual(tensors.get('layer4.0.conv2.weight'));
    },
  );

  it('are written with a known answer, which the next import holds them against', async () => {
    const { folder, taken } = await take('first', small);
    const { card } = await taken;
    const file = path.join(folder, 'model.safetensors');
    const again = await importWeightsTask({ file, folder: path.join(root, 'again') }, context);
    expect(again.card).toEqual({ ...card, checked: { by: 'known answer', prefix: '' } });
    expect(await readFile(path.join(root, 'again/model.safetensors'))).toEqual(await readFile(file));
  });

  it.each([
    ['DataParallel', 'module.', prefixed('module.', small)],
    [
      'a detector',
      'backbone.body.',
      [
        ...prefixed('backbone.body.', withoutHead),
        ...shaped({ 'backbone.fpn.inner_blocks.0.0.weight': [4, 4, 1, 1], 'rpn.head.conv.0.0.weight': [2] }),
      ],
    ],
    [
      'a self-supervised training',
      'module.encoder.',
      [
        ...prefixed('module.encoder.', withoutHead),
        ...shaped({ 'module.encoder.fc.0.weight': [8, 8], 'module.predictor.0.weight': [8, 8] }),
      ],
    ],
    [
      'MoCo',
      'module.encoder_q.',
      [
        ...prefixed(
          'module.encoder_k.',
          shaped(Object.fromEntries([...small].map(([n, { shape }]) => [n, [...shape]]))),
        ),
        ...prefixed('module.encoder_q.', small),
        ...shaped({ 'module.queue': [8, 16] }),
      ],
    ],
  ])('are found in a checkpoint of %s', async (name, prefix, entries) => {
    const { folder, taken } = await take(name.replaceAll(' ', '-'), new Map(entries));
    expect((await taken).card).toMatchObject({ architecture: 'resnet18', width: 4, checked: { prefix } });
    const written = decodeSafetensors(await readFile(path.join(folder, 'model.safetensors'))).tensors;
    expect(written).toEqual(withoutHead);
  });

  it('are refused with what does not fit', async () => {
    const tensors = new Map(weights(resnet({ depth: 18, width: 8, classes: 10, imageSize: 64 })));
    tensors.delete('layer3.0.bn1.running_var');
    tensors.set('layer2.0.conv1.weight', { shape: [16, 4, 3, 3], data: new Float32Array(576) });
    await expect((await take('broken', tensors)).taken).rejects.toThrow(
      /broken\.safetensors cannot be used: .*layer2\.0\.conv1\.weight is \[16, 4, 3, 3\] instead of \[16, 8, 3, 3\].*running_var is missing/,
    );
    expect(await readdir(root)).not.toContain('broken');
  });

  /** Three blocks more per stage than a ResNet-50: 3 · 15 names. */
  const deeper = [6, 7, 8].flatMap((block) =>
    ['conv1', 'bn1', 'conv2', 'bn2', 'conv3', 'bn3'].flatMap((layer) =>
      layer.startsWith('conv')
        ? [`layer3.${block}.${layer}.weight`]
        : ['weight', 'bias', 'running_mean', 'running_var'].map((each) => `layer3.${block}.${layer}.${each}`),
    ),
  );
  it.each([
    [
      'a ResNet-101',
      new Map([
        ...weights(resnet({ depth: 50, width: 4, classes: 10, imageSize: 64 })),
        ...shaped(Object.fromEntries(deeper.map((name) => [name, [1]]))),
      ]),
      /looks like a ResNet-50 \(width 4\), but does not fit: layer3\.6\.conv1\.weight is too many; (\S+ is too many; ){9}and 35 more/,
    ],
    [
      'a vision transformer',
      shaped(
        Object.fromEntries(
          ['cls_token', 'pos_embed', 'patch_embed.proj.weight', 'patch_embed.proj.bias']
            .concat(Array.from({ length: 12 }, (_, i) => `blocks.${i}.attn.qkv.weight`))
            .map((name) => [name, [2]]),
        ),
      ),
      /no ResNet by torchvision.*it holds cls_token, pos_embed, .*blocks\.5\.attn\.qkv\.weight, and 6 more/,
    ],
    [
      'a DenseNet',
      shaped({ 'features.conv0.weight': [4, 3, 7, 7], 'features.denseblock1.denselayer1.conv1.weight': [4] }),
      /no ResNet by torchvision.*it holds features\.conv0\.weight, features\.denseblock1/,
    ],
    ['nothing', new Map(), /it holds nothing/],
    [
      'a student and a teacher',
      new Map([...prefixed('student.', small), ...prefixed('teacher.', small)]),
      /several ResNets \(student\., teacher\.\); save the one to begin from alone/,
    ],
    [
      'numbers that are not finite',
      new Map([...small, ['bn1.weight', { shape: [4], data: Float32Array.of(1, NaN, 1, 1) }]]),
      /numbers that are not finite, in bn1\.weight/,
    ],
    [
      'an impossible variance',
      new Map([...small, ['bn1.running_var', { shape: [4], data: new Float32Array(4).fill(-1) }]]),
      /does not give finite numbers/,
    ],
    [
      'nothing but zeros',
      new Map([...small].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 0) }])),
      /all its features are the same/,
    ],
  ])('are refused where they are of %s', async (name, tensors, reason) => {
    await expect((await take(`no-${name.replaceAll(' ', '-')}`, tensors)).taken).rejects.toThrow(reason);
  });

  it('are refused where they are a program', async () => {
    const taken = importWeightsTask(
      { file: fixture('malicious.pth'), folder: path.join(root, 'malicious') },
      context,
    );
    await expect(taken).rejects.toThrow(/malicious\.pth cannot be used: it holds more than tensors/);
  });
});

describe('a file whose name promises its content', () => {
  /** A .pth with the weights of a ResNet, as torch.save lays it out. */
  async function pth(name: (checksum: string) => string): Promise<string> {
    const bytes = torchFile(small);
    const checksum = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
    const file = path.join(root, name(checksum));
    await writeFile(file, bytes);
    return file;
  }
  const take = (file: string) => importWeightsTask({ file, folder: path.join(root, 'published') }, context);

  it.each([
    (checksum: string) => `resnet18-${checksum}.pth`,
    (checksum: string) => `tv_resnet18_a1-${checksum.toUpperCase()} (2).pth`,
  ])('is taken in where it holds that: %s', async (name) => {
    expect((await take(await pth(name))).card.checked).toEqual({ by: 'published checksum', prefix: '' });
  });

  it('is refused where it does not', async () => {
    await expect(take(await pth(() => 'resnet18-f37072fd.pth'))).rejects.toThrow(
      /resnet18-f37072fd\.pth cannot be used: its name promises .* begins with f37072fd, .*download it again/,
    );
  });

  it('promises nothing by a date, or in another name', async () => {
    for (const name of ['resnet18-20261123.pth', 'mine-f37072fd.pth', 'resnet18-f37072fdab.pth'])
      expect((await take(await pth(() => name))).card.checked).toEqual({ by: 'trial', prefix: '' });
  });
});

/** As torch.save writes a state dict of contiguous float32 tensors. */
function torchFile(tensors: Tensors): Uint8Array {
  const parts: Record<string, Uint8Array> = {};
  const word = (value: number) => Buffer.from(Int32Array.of(value).buffer).toString('latin1');
  const text = (value: string) => `X${word(value.length)}${value}`;
  const sizes = (values: readonly number[]) => `(${values.map((value) => `J${word(value)}`).join('')}t`;
  let [table, key] = ['\x80\x02}(', 0];
  for (const [name, { shape, data }] of tensors) {
    const strides = shape.map((_, axis) =>
      shape.slice(axis + 1).reduce((product, side) => product * side, 1),
    );
    const storage = `(${text('storage')}ctorch\nFloatStorage\n${text(String(key))}${text('cpu')}J${word(data.length)}tQ`;
    const rest = `${storage}J${word(0)}${sizes(shape)}${sizes(strides)}\x89ccollections\nOrderedDict\n)R`;
    table += `${text(name)}ctorch._utils\n_rebuild_tensor_v2\n(${rest}tR`;
    parts[`w/data/${key++}`] = new Uint8Array(data.slice().buffer);
  }
  return storedZip({ 'w/data.pkl': Buffer.from(`${table}u.`, 'latin1'), ...parts });
}

describe('a model that Tessera wrote', () => {
  const classNames = ['background', 'cat', 'dog'];
  const card: ModelCard = {
    ...{ kind: 'segmenter', architecture: 'resnet18', width: 4, classNames, imageSize: 33, patchSize: 33 },
    ...{ mpp: null, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    ...{ synthetic: false, dataset: 'VOC', seed: 3, lineage: ['segmentation on VOC', 'random weights'] },
  };
  const result: HeldOutResult = {
    ...{ split: 'validation', dataset: 'VOC', n: 200, date: '2026-11-20', metric: 'mIoU', value: 0.234 },
  };
  const parameters = weights(deeplab({ depth: 18, width: 4, classes: 3, imageSize: 33 }));
  const source = () => writeModelFiles(path.join(root, 'source'), parameters, card, result);

  it('comes back whole', async () => {
    const { safetensors, onnx } = await source();
    const folder = path.join(root, 'whole');
    const taken = await importWeightsTask({ file: safetensors, folder }, context);
    expect(taken.card).toMatchObject({
      ...card,
      checked: { by: 'known answer', prefix: '' },
      statement: { believable: true, result },
    });
    expect(await readFile(path.join(folder, 'model.safetensors'))).toEqual(await readFile(safetensors));
    expect(await readFile(path.join(folder, 'model.onnx'))).toEqual(await readFile(onnx));
  });

  it('comes back whole without its result where that cannot be, and the next file has none', async () => {
    const { safetensors } = await source();
    const { tensors, metadata } = decodeSafetensors(await readFile(safetensors));
    const [file, folder] = [path.join(root, 'boasting.safetensors'), path.join(root, 'boasting')];
    const held = JSON.stringify({ ...result, value: 23.4 });
    const checksum = createHash('sha256').update(held).digest('hex');
    const boasting = { ...metadata, held_out_result: held, held_out_result_sha256: checksum };
    await writeFile(file, encodeSafetensors(tensors, boasting));
    const { card: taken } = await importWeightsTask({ file, folder }, context);
    expect(taken).toMatchObject({
      ...card,
      statement: { believable: false, reason: 'it holds what cannot be: value' },
    });
    const again = path.join(folder, 'model.safetensors');
    expect(decodeSafetensors(await readFile(again)).metadata).not.toHaveProperty('held_out_result');
    const rest = await importWeightsTask({ file: again, folder: path.join(root, 'modest') }, context);
    expect(rest.card).not.toHaveProperty('statement');
  });

  it('is refused where a single bit of its weights has changed', async () => {
    const { safetensors } = await source();
    const bytes = await readFile(safetensors);
    const file = path.join(root, 'changed.safetensors');
    await writeFile(file, bytes.with(bytes.length - 1001, (bytes.at(-1001) ?? 0) ^ 1));
    await expect(importWeightsTask({ file, folder: path.join(root, 'changed') }, context)).rejects.toThrow(
      /its weights are not those that Tessera wrote/,
    );
  });

  it('is refused where it describes itself in another way, without a stack', async () => {
    const { safetensors } = await source();
    const { tensors, metadata } = decodeSafetensors(await readFile(safetensors));
    const file = path.join(root, 'described.safetensors');
    const described = async (changes: Record<string, string>) => {
      const own = { ...metadata };
      delete own['tessera_sha256'];
      await writeFile(file, encodeSafetensors(tensors, { ...own, ...changes }));
      return importWeightsTask({ file, folder: path.join(root, 'described') }, context);
    };
    await expect(described({ tessera: '{' })).rejects.toThrow(/its description of itself is damaged/);
    await expect(
      described({ tessera: JSON.stringify({ ...card, architecture: 'resnet50' }) }),
    ).rejects.toThrow(/describes a network that Tessera does not have/);
    await expect(described({ tessera: JSON.stringify({ ...card, imageSize: 1e6 }) })).rejects.toThrow(
      /its description of itself is damaged/,
    );
    await expect(described({ known_answer: '{"side":1e9}' })).rejects.toThrow(
      /known answer in it is damaged/,
    );
    await expect(described({ tessera: JSON.stringify({ ...card, width: 8 }) })).rejects.toThrow(
      /looks like a ResNet-18 \(width 8\), but does not fit: conv1\.weight is \[4, 3, 7, 7\]/,
    );
  });
});
