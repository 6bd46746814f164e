import { readFileSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { UserError } from '../../../src-main/base/errors.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { carryOver } from '../../../src-main/models/carryOver.ts';
import { resnet } from '../../../src-main/models/resnet.ts';
import { decodeSafetensors } from '../../../src-main/models/safetensors.ts';
import { decodeWeights, readWeights } from '../../../src-main/models/weightsFile.ts';

/** Files that PyTorch wrote (test/parity/make_weights_fixtures.py). */
const bytesOf = (name: string) =>
  readFileSync(new URL(`../../parity/fixtures/weights/${name}`, import.meta.url));

/** Bit for bit, so that −0 and subnormal numbers count. */
const bits = (tensors: Iterable<readonly [string, { shape: readonly number[]; data: Float32Array }]>) =>
  [...tensors].map(([name, { shape, data }]) => ({
    name,
    shape,
    bits: [...new Uint32Array(data.slice().buffer)],
  }));

describe('weights of PyTorch', () => {
  it.each(['various.pth', 'resnet.pth', 'checkpoint.pth', 'rezipped.pth', 'net.pth'])(
    '%s is read as PyTorch reads it',
    async (name) => {
      const { tensors: expected } = decodeSafetensors(bytesOf(`${name}.expected.safetensors`));
      const counted = [...expected].filter(([key]) => !key.endsWith('num_batches_tracked'));
      expect(bits(await decodeWeights(bytesOf(name)))).toEqual(bits(counted));
    },
  );

  it('start a network by torchvision’s names', async () => {
    const graph = resnet({ depth: 18, width: 4, stages: 1, classes: 3, imageSize: 32 });
    const source = await decodeWeights(bytesOf('checkpoint.pth'));
    const { parameters, left } = carryOver(initialise(graph, Random.from(1)), source);
    expect(parameters.get('layer1.1.bn2.running_var')).toBe(source.get('layer1.1.bn2.running_var'));
    expect(left).toEqual(['fc.weight', 'fc.bias']);
  });

  it.each([
    ['malicious.pth', 'it holds more than tensors (posix.system)'],
    ['legacy.pth', 'as PyTorch before 1.6 wrote it; convert it in Python'],
    ['protocol4.pth', 'pickle protocol 4'],
    ['compressed.pth', 'is compressed or encrypted'],
    ['big-endian.pth', 'big-endian'],
    ['script.pt', 'TorchScript program'],
    ['boolean.pth', 'its tensor mask is a BoolStorage'],
    ['epoch-only.pth', 'it holds no state dict, but only: epoch, loss'],
    ['list.pth', 'no table of named tensors'],
    ['student-teacher.pth', 'it holds several state dicts (student, teacher)'],
  ])('%s is refused', async (name, reason) => {
    const error: unknown = await decodeWeights(bytesOf(name)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(reason);
  });
});

describe('a weights file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tessera-weights-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is recognised by its content, whatever it is called', async () => {
    const file = path.join(folder, 'weights.bin');
    await writeFile(file, bytesOf('resnet.pth'));
    const fromTorch = await readWeights(file);
    await writeFile(file, bytesOf('resnet.pth.expected.safetensors'));
    expect(bits(await readWeights(file))).toEqual(bits(fromTorch));
  });

  it('is refused where it is missing, or too large to be one', async () => {
    await expect(readWeights(path.join(folder, 'none.pth'))).rejects.toThrow('cannot be read');
    await expect(readWeights(folder)).rejects.toThrow('cannot be read');
    const file = path.join(folder, 'large.pth');
    await writeFile(file, '');
    await truncate(file, 5e9); // sparse
    await expect(readWeights(file)).rejects.toThrow('it has 5.0 GB');
  });
});
