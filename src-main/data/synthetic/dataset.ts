import { hash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { FoundPatch } from '../../contract/worker.ts';
import { Random } from '../../base/random.ts';
import { renderPatch } from './patch.ts';
import { createPlane, TISSUES } from './tissues.ts';

export interface DatasetOptions {
  readonly folder: string;
  readonly seed: number;
  readonly side: number;
  readonly trainPerClass: number;
  readonly testPerClass: number;
  readonly signal: AbortSignal;
  /** Called with the share that is done, 0–1. */
  readonly onProgress: (fraction: number) => void;
}

/**
 * Writes the synthetic patches as `train/<class>/…png` and `test/<class>/…png`: into a folder beside `folder`, then
 * renamed; what an earlier attempt left there is replaced. Training and test patches lie on different planes.
 * @throws the signal's reason when aborted
 */
export async function writeSyntheticDataset(options: DatasetOptions): Promise<FoundPatch[]> {
  const temporary = `${options.folder}.tmp`;
  try {
    await rm(temporary, { recursive: true, force: true });
    const patches = await writePatches(temporary, options);
    await rm(options.folder, { recursive: true, force: true });
    await rename(temporary, options.folder);
    return patches;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function writePatches(folder: string, options: DatasetOptions): Promise<FoundPatch[]> {
  const wanted = [
    ...plannedPatches('train', options.trainPerClass),
    ...plannedPatches('test', options.testPerClass),
  ];
  const planes = {
    train: createPlane(options.seed, 'train'),
    test: createPlane(options.seed, 'test'),
  };
  const patches: FoundPatch[] = [];
  for (const { split, classIndex, name, number } of wanted) {
    options.signal.throwIfAborted();
    const image = renderPatch(
      classIndex,
      options.side,
      planes[split],
      Random.from(options.seed, split, name, number),
    );
    const file = `${split}/${name}/${name}-${String(number).padStart(4, '0')}.png`;
    const png = await sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
      .png()
      .toBuffer();
    await mkdir(path.join(folder, split, name), { recursive: true });
    await writeFile(path.join(folder, file), png);
    const sha256 = hash('sha256', png, 'hex');
    patches.push({ path: file, classIndex, split, width: image.width, height: image.height, sha256 });
    options.onProgress(patches.length / wanted.length);
  }
  return patches;
}

function plannedPatches(split: 'train' | 'test', perClass: number) {
  return TISSUES.flatMap(({ name }, classIndex) =>
    Array.from({ length: perClass }, (_, i) => ({ split, classIndex, name, number: i + 1 })),
  );
}
