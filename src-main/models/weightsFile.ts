import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { reasonOf, UserError } from '../base/errors.ts';
import { gigabytes } from '../base/gigabytes.ts';
import { resnetPart } from './resnetPart.ts';
import { decodeSafetensors, type SafetensorsFile } from './safetensors.ts';
import type { Tensors } from './tensors.ts';
import { decodeTorchFile } from './torch/torchFile.ts';

/** The largest of our networks with its optimizer's state takes 300 MB. */
const MAX_BYTES = 2 ** 30;

/** How a zip begins: "PK" and the kind of its first part. */
const ZIP = [0x50, 0x4b, 3, 4];

export interface WeightsFile extends SafetensorsFile {
  /** What stood before every name that was taken; "": nothing. */
  readonly prefix: string;
  /** Of all its bytes, hexadecimal. */
  readonly sha256: string;
}

/**
 * Reads weights by torchvision's names, from .safetensors or from PyTorch's .pth and .pt, whichever it is.
 * @throws UserError saying what is wrong with the file; the caller names it.
 */
export async function readWeights(file: string): Promise<Tensors> {
  return (await readWeightsFile(file)).tensors;
}

/** The same, with what the file says about itself. */
export async function readWeightsFile(file: string): Promise<WeightsFile> {
  const bytes = await readBytes(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...(await decodeFile(bytes)), sha256 };
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size <= MAX_BYTES) return await readFile(file);
    throw new UserError(`it has ${gigabytes(size)} GB, and the weights of these networks less than one`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('it cannot be read', reasonOf(error));
  }
}

/**
 * Weights from a file's bytes: of the ResNet in it, where it is a part of something larger, and without batch norm's counts of batches,
 * which decide nothing.
 * @throws UserError saying what is wrong with the file; the caller names it.
 */
export async function decodeWeights(bytes: Uint8Array): Promise<Tensors> {
  return (await decodeFile(bytes)).tensors;
}

async function decodeFile(bytes: Uint8Array): Promise<Omit<WeightsFile, 'sha256'>> {
  const { tensors: all, metadata } = await decode(bytes);
  const { tensors, prefix } = resnetPart(all);
  const kept = [...tensors].filter(([name]) => !name.endsWith('.num_batches_tracked'));
  return { tensors: new Map(kept), prefix, metadata };
}

async function decode(bytes: Uint8Array): Promise<SafetensorsFile> {
  if (ZIP.every((byte, i) => bytes[i] === byte))
    return { tensors: await decodeTorchFile(bytes), metadata: {} };
  // A pickle of protocol 2 or later. A safetensors file may begin so too, but its eighth byte is then 0.
  if (bytes[0] === 0x80 && bytes[7] !== 0)
    throw new UserError(
      'it is a pickle, as PyTorch before 1.6 wrote it; convert it in Python, with torch.save(torch.load("old.pth", map_location="cpu", weights_only=True), "new.pth")',
    );
  return decodeSafetensors(bytes);
}
