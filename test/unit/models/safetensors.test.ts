import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src-main/base/errors.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../src-main/models/safetensors.ts';

const tensors = new Map([
  ['b', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, Number.NaN, Number.POSITIVE_INFINITY, 1e-40) }],
  ['scalar', { shape: [], data: Float32Array.of(7) }],
  ['empty', { shape: [0, 4], data: new Float32Array(0) }],
  ['a', { shape: [1], data: Float32Array.of(-0) }],
]);
const file = encodeSafetensors(tensors, { who: 'Tessera', unit: 'µm' });

/** A file with this header and so many bytes of tensors. */
function fileOf(header: unknown, bytes: number | Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const body = typeof bytes === 'number' ? new Uint8Array(bytes) : bytes;
  const made = new Uint8Array(8 + json.length + body.length);
  new DataView(made.buffer).setBigUint64(0, BigInt(json.length), true);
  made.set(json, 8);
  made.set(body, 8 + json.length);
  return made;
}

describe('safetensors', () => {
  it('gives back what was written, bit for bit and in order', () => {
    const read = decodeSafetensors(file);
    expect([...read.tensors.keys()]).toEqual([...tensors.keys()]);
    expect(read.tensors).toEqual(tensors);
    expect(read.metadata).toEqual({ who: 'Tessera', unit: 'µm' });
  });

  it('is laid out as the format says', () => {
    const length = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    expect(header.b).toEqual({ dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] });
    expect(header.scalar.data_offsets).toEqual([24, 28]);
    expect(new DataView(file.buffer).getFloat32(8 + length + 8, true)).toBe(3.5);
  });

  it('reads from a view into a larger buffer', () => {
    const larger = new Uint8Array(file.length + 3);
    larger.set(file, 3);
    expect(decodeSafetensors(larger.subarray(3)).tensors).toEqual(tensors);
  });

  it('reads 64-bit counters', () => {
    const header = { n: { dtype: 'I64', shape: [2], data_offsets: [0, 16] } };
    const { tensors: read } = decodeSafetensors(
      fileOf(header, new Uint8Array(BigInt64Array.of(5n, -1n).buffer)),
    );
    expect(read.get('n')?.data).toEqual(Float32Array.of(5, -1));
  });

  it('reads other floating-point numbers as float32', () => {
    const read = (dtype: string, numbers: { buffer: ArrayBufferLike }) => {
      const body = new Uint8Array(numbers.buffer);
      return decodeSafetensors(
        fileOf({ x: { dtype, shape: [2], data_offsets: [0, body.length] } }, body),
      ).tensors.get('x')?.data;
    };
    expect(read('F64', Float64Array.of(0.1, -1e300))).toEqual(Float32Array.of(0.1, -Infinity));
    expect(read('F16', Uint16Array.of(0x3c01, 0xfbff))).toEqual(Float32Array.of(1 + 2 ** -10, -65504));
    expect(read('BF16', Uint16Array.of(0x3f81, 0xff80))).toEqual(Float32Array.of(1 + 2 ** -7, -Infinity));
  });

  it('refuses a file that is torn at any byte', () => {
    for (let end = 0; end < file.length; end++)
      expect(() => decodeSafetensors(file.subarray(0, end)), `${end} bytes`).toThrow(UserError);
  });

  const f32 = (shape: unknown, offsets: unknown) => ({ dtype: 'F32', shape, data_offsets: offsets });
  it.each([
    ['text', new TextEncoder().encode('{"this": "is no safetensors file"}'), 'not a safetensors file'],
    ['a header that is no JSON', fileOf('{nonsense', 0), 'header is damaged'],
    ['a header that is a list', fileOf([], 0), 'no table of tensors'],
    ['bytes too many', fileOf({ a: f32([1], [0, 4]) }, 6), '2 bytes too many'],
    ['tensors missing', fileOf({ a: f32([4], [0, 16]) }, 6), '10 of its 16 bytes of tensors are missing'],
    ['a gap', fileOf({ a: f32([1], [4, 8]) }, 8), 'does not lie where it should'],
    ['an overlap', fileOf({ a: f32([1], [0, 4]), b: f32([1], [0, 4]) }, 4), 'does not lie where it should'],
    ['a size that is not the shape’s', fileOf({ a: f32([2], [0, 4]) }, 4), 'description of a is damaged'],
    ['a negative axis', fileOf({ a: f32([-1, -1], [0, 4]) }, 4), 'description of a is damaged'],
    ['offsets that are none', fileOf({ a: f32([1], 'x') }, 4), 'description of a is damaged'],
    ['another type', fileOf({ a: { ...f32([4], [0, 4]), dtype: 'F8_E4M3' } }, 4), 'type F8_E4M3'],
    ['metadata that is no text', fileOf({ __metadata__: { a: 1 } }, 0), 'metadata is damaged'],
  ])('refuses %s', (_, bytes, reason) => {
    expect(() => decodeSafetensors(bytes)).toThrow(reason);
    expect(() => decodeSafetensors(bytes)).toThrow(UserError);
  });
});
