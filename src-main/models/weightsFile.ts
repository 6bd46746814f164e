import { readFile, stat } from 'node:fs/promises';
import { reasonOf, UserError } from '../base/errors.ts';
import { decodeSafetensors } from './safetensors.ts';
import type { Tensors } from './tensors.ts';
import { decodeTorchFile } from './torch/torchFile.ts';

/** The largest of our networks with its optimizer's state takes 300 MB. */
const MAX_BYTES = 2 ** 30;

/** How a zip begins: "PK" and the kind of its first part. */
const ZIP = [0x50, 0x4b, 3, 4];

/** What DataParallel puts before every name. */
const WRAPPER = 'module.';

/**
 * Reads weights by torchvision's names, from .safetensors or from PyTorch's .pth and .pt, whichever it is.
 * @throws UserError saying what is wrong with the file; the caller names it.
 */
export async function readWeights(file: string): Promise<Tensors> {
  return await decodeWeights(await readBytes(file));
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size <= MAX_BYTES) return await readFile(file);
    throw new UserError(
      `it has ${(size / 1e9).toFixed(1)} GB, and the weights of these networks less than one`,
    );
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('it cannot be read', reasonOf(error));
  }
}

/**
 * Weights from a file's bytes: without the prefix "module." of DataParallel, and without batch norm's counts of batches, which
 * decide nothing.
 * @throws UserError saying what is wrong with the file; the caller names it.
 */
export async function decodeWeights(bytes: Uint8Array): Promise<Tensors> {
  const tensors = await decode(bytes);
  const wrapped = [...tensors.keys()].every((name) => name.startsWith(WRAPPER));
  return new Map(
    [...tensors]
      .filter(([name]) => !name.endsWith('.num_batches_tracked'))
      .map(([name, tensor]) => [wrapped ? name.slice(WRAPPER.length) : name, tensor]),
  );
}

async function decode(bytes: Uint8Array): Promise<Tensors> {
  if (ZIP.every((byte, i) => bytes[i] === byte)) return await decodeTorchFile(bytes);
  // A pickle of protocol 2 or later. A safetensors file may begin so too, but its eighth byte is then 0.
  if (bytes[0] === 0x80 && bytes[7] !== 0)
    throw new UserError(
      'it is a pickle, as PyTorch before 1.6 wrote it; convert it in Python, with torch.save(torch.load("old.pth", map_location="cpu", weights_only=True), "new.pth")',
    );
  return decodeSafetensors(bytes).tensors;
}
