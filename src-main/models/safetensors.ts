import { reasonOf, UserError } from '../base/errors.ts';
import { ELEMENT_TYPES, type ElementType } from './elementTypes.ts';
import type { Tensor, Tensors } from './tensors.ts';

/*
 * The safetensors format (Hugging Face): the header's length as 64-bit little-endian, the header as JSON
 * {name: {dtype, shape, data_offsets: [begin, end]}, "__metadata__": {text: text}}, then the tensors' bytes without gaps.
 */

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
/** The limit of the reference implementation: more is not a header. */
const LONGEST_HEADER = 100_000_000;

export interface SafetensorsFile {
  readonly tensors: Tensors;
  readonly metadata: Record<string, string>;
}

/** The bytes of a .safetensors file with float32 tensors. */
export function encodeSafetensors(tensors: Tensors, metadata: Readonly<Record<string, string>>): Uint8Array {
  let end = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, { shape, data }] of tensors) {
    const begin = end;
    end += data.byteLength;
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  file.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads a .safetensors file. Float32 is taken as it is; other floating-point numbers and 64-bit counters become float32.
 * @throws UserError saying what is wrong with the file; the caller names it.
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = bytes.length < LENGTH_BYTES ? 0n : view.getBigUint64(0, true);
  if (headerBytes < 2n || headerBytes > LONGEST_HEADER)
    throw new UserError('it is not a safetensors file, or its beginning is damaged');
  const start = LENGTH_BYTES + Number(headerBytes);
  if (start > bytes.length) throw new UserError('it is torn: it ends within its header');
  const { __metadata__: metadata = {}, ...entries } = parseHeader(bytes.subarray(LENGTH_BYTES, start));
  if (!isTexts(metadata)) throw new UserError('its metadata is damaged');

  // Not `subarray`: that of a Buffer, as readFile gives, is a Buffer, whose `slice` would not copy.
  const body = new Uint8Array(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
  const described = Object.entries(entries).map(([name, entry]) => readEntry(name, entry));
  checkExtent(described, body.length);
  return {
    tensors: new Map(described.map((entry) => [entry.name, readTensor(entry, body)])),
    metadata,
  };
}

/** The format's names of the types that Tessera reads. */
const TYPES: Readonly<Record<string, ElementType>> = {
  F64: ELEMENT_TYPES.float64,
  F32: ELEMENT_TYPES.float32,
  F16: ELEMENT_TYPES.float16,
  BF16: ELEMENT_TYPES.bfloat16,
  I64: ELEMENT_TYPES.int64,
};

interface Entry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parseHeader(json: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
    if (isRecord(header)) return header;
  } catch (error) {
    throw new UserError('it is not a safetensors file, or its header is damaged', reasonOf(error));
  }
  throw new UserError('it is not a safetensors file: its header is no table of tensors');
}

function readEntry(name: string, entry: unknown): Entry {
  const damaged = () => new UserError(`its description of ${name} is damaged`);
  if (!isRecord(entry)) throw damaged();
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2)
    throw damaged();
  const type = TYPES[dtype];
  if (type === undefined)
    throw new UserError(
      `its tensor ${name} has elements of type ${dtype}, and Tessera reads ${Object.keys(TYPES).join(', ')}`,
    );
  const [begin = 0, end = 0] = offsets;
  const length = shape.reduce((product, axis) => product * axis, 1);
  if (end - begin !== length * type.bytes) throw damaged();
  return { name, type, shape, begin, end };
}

/** The tensors must fill the body exactly, one after another: so the format says, and so a torn file is found. */
function checkExtent(entries: readonly Entry[], length: number): void {
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin !== end) throw new UserError(`its tensor ${entry.name} does not lie where it should`);
    end = entry.end;
  }
  if (end > length)
    throw new UserError(`it is torn: ${end - length} of its ${end} bytes of tensors are missing`);
  if (end < length) throw new UserError(`it has ${length - end} bytes too many`);
}

function readTensor({ type, shape, begin, end }: Entry, body: Uint8Array): Tensor {
  return { shape, data: type.read(body.slice(begin, end).buffer) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
