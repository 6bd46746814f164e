import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { UserError } from '../../../src-main/base/errors.ts';
import type { Tensors } from '../../../src-main/models/tensors.ts';
import { openTorchArchive } from '../../../src-main/models/torch/torchArchive.ts';
import { decodeWeights } from '../../../src-main/models/weightsFile.ts';
import { storedZip } from './storedZip.ts';

const CASES = 300;
const LONGEST_MS = 2000;

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../parity/fixtures/weights/${name}`, import.meta.url)));
const torchFile = fixture('various.pth');
const safetensors = fixture('various.pth.expected.safetensors');
const { pickle, storages } = await openTorchArchive(torchFile);

/** A file around this pickle whose checksums are right, so that the damage reaches the interpreter. */
const around = (table: Uint8Array) =>
  storedZip({
    'various/data.pkl': table,
    ...Object.fromEntries([...storages].map(([key, data]) => [`various/data/${key}`, data])),
  });

function withBitsFlipped(bytes: Uint8Array, random: Random): Uint8Array {
  const damaged = bytes.slice();
  for (let flips = 1 + random.integer(4); flips > 0; flips--) {
    const at = random.integer(damaged.length);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << random.integer(8));
  }
  return damaged;
}

const torn = (bytes: Uint8Array, random: Random) => bytes.slice(0, random.integer(bytes.length));

/** A part of the file, copied over another place of it. */
function withPartMoved(bytes: Uint8Array, random: Random): Uint8Array {
  const damaged = bytes.slice();
  const from = random.integer(bytes.length);
  return damaged.copyWithin(random.integer(bytes.length), from, from + 1 + random.integer(40));
}

/** What a header may claim instead of the truth: nonsense, huge and negative sizes, places that lie over others. */
const CLAIMS = [
  ...[null, '', 'F32', 'F64', 'BOOL', [], {}, [[]], -1, 0.5, 0, 1e308, 2 ** 53, 2 ** 31],
  ...[
    [0],
    [0, 4],
    [4, 0],
    [-4, 4],
    [0, 2 ** 40],
    [2 ** 40, 2 ** 40 + 4],
    [1e9, 1e9, 1e9],
    [2 ** 53, 2 ** 53],
  ],
] as const;

/** The file with a valid header in which one or two values are others. */
function withWrongHeader(bytes: Uint8Array, random: Random): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const end = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, end))) as Record<string, unknown>;
  const any = <T>(items: readonly T[]) => items[random.integer(items.length)] as T;
  for (let changes = 1 + random.integer(2); changes > 0; changes--) {
    const entry = any(Object.values(header)) as Record<string, unknown>;
    if (random.uniform() < 0.1) header[any(Object.keys(header))] = any(CLAIMS);
    else if (typeof entry === 'object') entry[any(['dtype', 'shape', 'data_offsets'])] = any(CLAIMS);
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const changed = new Uint8Array(8 + json.length + bytes.length - end);
  new DataView(changed.buffer).setBigUint64(0, BigInt(json.length), true);
  changed.set(json, 8);
  changed.set(bytes.subarray(end), 8 + json.length);
  return changed;
}

const OPCODES = Buffer.from('\x80\x02N\x88\x89KMJ\x8aGX()\x85\x86\x87t]ae}suqrhjcRbQ.', 'latin1');

/** Instructions of the interpreter and bytes for them, in random order. */
function nonsense(random: Random): Uint8Array {
  const bytes = Array.from({ length: 200 }, () =>
    random.uniform() < 0.7 ? (OPCODES[random.integer(OPCODES.length)] ?? 0) : random.integer(8),
  );
  return Uint8Array.from([0x80, 2, ...bytes]);
}

/** The tensors, or the reason why there are none; any other error, or a long wait, is a defect. */
async function outcome(bytes: Uint8Array): Promise<Tensors | string> {
  const began = performance.now();
  const result = await decodeWeights(bytes).catch((error: unknown) => {
    if (!(error instanceof UserError) || error.message === '') throw error;
    return error.message;
  });
  expect(performance.now() - began).toBeLessThan(LONGEST_MS);
  return result;
}

async function outcomes(damage: (random: Random) => Uint8Array) {
  const random = Random.from(3, 'damage');
  const results = [];
  for (let i = 0; i < CASES; i++) results.push(await outcome(damage(random)));
  return results;
}

const refused = (results: readonly (Tensors | string)[]) =>
  results.filter((result) => typeof result === 'string').length;

describe('damaged weights end with a reason', () => {
  it('the undamaged ones are read', async () => {
    expect(await outcome(around(pickle))).toEqual(await outcome(torchFile));
  });

  it('torn files', async () => {
    expect(refused(await outcomes((random) => torn(torchFile, random)))).toBe(CASES);
    expect(refused(await outcomes((random) => torn(safetensors, random)))).toBe(CASES);
  });

  it('flipped bits in a .pth: what is read in spite of them is right', async () => {
    const whole = (await outcome(torchFile)) as Tensors;
    for (const result of await outcomes((random) => withBitsFlipped(torchFile, random)))
      if (typeof result !== 'string') expect(result).toEqual(whole);
  });

  it('moved parts of a .pth', async () => {
    expect(refused(await outcomes((random) => withPartMoved(torchFile, random)))).toBeGreaterThan(CASES / 2);
  });

  it('flipped bits in a .safetensors', async () => {
    // The format has no checksum: only what its header describes can be held against anything.
    expect(refused(await outcomes((random) => withBitsFlipped(safetensors, random)))).toBeGreaterThan(
      CASES / 5,
    );
  });

  it('headers of a .safetensors that claim something else', async () => {
    const results = await outcomes((random) => withWrongHeader(safetensors, random));
    expect(refused(results)).toBeGreaterThan(CASES * 0.9);
  });

  it('torn tables of tensors', async () => {
    expect(refused(await outcomes((random) => around(torn(pickle, random))))).toBe(CASES);
  });

  it('flipped bits and moved parts in the table of tensors', async () => {
    expect(refused(await outcomes((random) => around(withBitsFlipped(pickle, random))))).toBeGreaterThan(
      CASES / 4,
    );
    expect(refused(await outcomes((random) => around(withPartMoved(pickle, random))))).toBeGreaterThan(
      CASES / 4,
    );
  });

  it('random instructions', async () => {
    expect(refused(await outcomes((random) => around(nonsense(random))))).toBe(CASES);
  });

  it('random bytes', async () => {
    const bytes = (random: Random) => Uint8Array.from({ length: 400 }, () => random.integer(256));
    expect(refused(await outcomes(bytes))).toBe(CASES);
  });
});

describe('weights that claim too much', () => {
  /** A table with one tensor "a" of this shape and strides, in a storage of 4 numbers; all sizes as 32-bit numbers. */
  function tableOf(options: {
    shape: number[];
    strides?: number[];
    offset?: number;
    elements?: number;
    name?: string;
  }) {
    const {
      shape,
      strides = shape.map(() => 0),
      offset = 0,
      elements = 4,
      name = 'torch\nFloatStorage',
    } = options;
    const text = (value: string) => ['X', word(value.length), value];
    const sizes = (values: number[]) => ['(', ...values.flatMap(integer), 't'];
    return latin1([
      '\x80\x02}', ...text('a'),
      'ctorch._utils\n_rebuild_tensor_v2\n(',
      '(', ...text('storage'), `c${name}\n`, ...text('0'), ...text('cpu'), ...integer(elements), 'tQ',
      ...integer(offset), ...sizes(shape), ...sizes(strides), '\x89', 'ccollections\nOrderedDict\n)R', 'tR',
      's.',
    ]); // prettier-ignore
  }
  const word = (value: number) => Buffer.from(Int32Array.of(value).buffer).toString('latin1');
  const integer = (value: number) => ['J', word(value)];
  const latin1 = (parts: string[]) => Buffer.from(parts.join(''), 'latin1');
  const archive = (table: Uint8Array, files: Record<string, Uint8Array> = {}) =>
    storedZip({
      'w/data.pkl': table,
      'w/data/0': new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer),
      ...files,
    });

  it('the table itself is right', async () => {
    const tensors = (await outcome(archive(tableOf({ shape: [2, 2], strides: [1, 2] })))) as Tensors;
    expect(tensors.get('a')).toEqual({ shape: [2, 2], data: Float32Array.of(1, 3, 2, 4) });
  });

  it.each([
    ['numbers beyond the storage', { shape: [5], strides: [1] }, 'not all there'],
    ['an offset beyond the storage', { shape: [1], strides: [1], offset: 4 }, 'not all there'],
    ['a storage larger than its part', { shape: [1], elements: 5 }, 'not all there'],
    ['one number spread over gigabytes', { shape: [2 ** 30, 2 ** 30] }, 'far more numbers than the file has'],
    ['negative sizes', { shape: [-1], strides: [1] }, 'table of tensors is damaged'],
    ['a thousand axes', { shape: Array.from({ length: 1000 }, () => 1) }, 'table of tensors is damaged'],
    ['a class of Python', { shape: [1], name: 'builtins\neval' }, 'more than tensors (builtins.eval)'],
    ['a dtype of its own', { shape: [1], name: 'torch\nFooStorage' }, 'more than tensors (torch.FooStorage)'],
  ])('%s', async (_, options, reason) => {
    expect(await outcome(archive(tableOf(options)))).toContain(reason);
  });

  it('parts outside of the archive', async () => {
    const table = tableOf({ shape: [4], strides: [1] });
    expect(await outcome(archive(table, { '../../evil': new Uint8Array(1) }))).toContain('torn or damaged');
    expect(await outcome(archive(table, { 'other/data.pkl': table }))).toContain(
      'none that torch.save wrote',
    );
  });
});
