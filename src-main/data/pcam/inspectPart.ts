import { hash } from 'node:crypto';
import path from 'node:path';
import { setImmediate as letMessagesIn } from 'node:timers/promises';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import type { FoundPatch } from '../../contract/worker.ts';
import { indexFile, packedPath, patchBytes, readPacked } from '../packedPatches.ts';
import { PCAM_CLASSES } from './classes.ts';
import type { ReadyPart } from './part.ts';

/** Patches read, and told of, at a time. */
const BATCH = 512;

/** Reads every patch of a part and hashes its pixels, in batches. @param root the folder of the index */
export async function* inspectPart(
  { split, name, index, labels, slides }: ReadyPart,
  root: string,
  signal: AbortSignal,
): AsyncGenerator<{ patches: FoundPatch[]; broken: BrokenFile[]; done: number }, void, undefined> {
  const bytes = patchBytes(index);
  const own = !path.isAbsolute(index.file);
  const isBroken = (position: number) =>
    index.broken.some(([first, last]) => position >= first && position <= last);
  for (let first = 0; first < index.count; first += BATCH) {
    await letMessagesIn(); // cancel among them
    signal.throwIfAborted();
    const count = Math.min(BATCH, index.count - first);
    const { data, width, height, ...read } = await readPacked(path.join(root, indexFile(name)), first, count);
    const trace = own ? null : read.trace;
    const patches: FoundPatch[] = [];
    const broken: BrokenFile[] = [];
    for (let i = 0; i < count; i++) {
      const position = first + i;
      if (isBroken(position)) continue; // told of already
      const [patch, classIndex] = [packedPath(name, position), labels[position] ?? 0];
      if (classIndex >= PCAM_CLASSES.length)
        broken.push({
          path: patch,
          reason: `Its label is ${classIndex}, neither 0 (normal) nor 1 (tumour).`,
        });
      else {
        const sha256 = hash('sha256', data.subarray(i * bytes, (i + 1) * bytes), 'hex');
        const slide = slides?.[position] ?? null;
        patches.push({ path: patch, classIndex, split, width, height, sha256, trace, slide });
      }
    }
    yield { patches, broken, done: first + count };
  }
}
