import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { writeSyntheticDataset } from '../../src-main/data/synthetic/dataset.ts';

/** Writes synthetic tissue as one folder per class and split, with the blemishes that a dataset's health is about. */
export async function writePatches(folder: string): Promise<void> {
  await writeSyntheticDataset({
    ...{ folder, seed: 1, side: 96, trainPerClass: 40, testPerClass: 16 },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const at = (name: string) => path.join(folder, name);
  const again = (from: string, to: string) => sharp(at(from)).jpeg({ quality: 75 }).toFile(at(to));
  await again('train/glandular/glandular-0003.png', 'test/glandular/glandular-0003-again.jpg');
  await again('train/mucin/mucin-0007.png', 'train/stroma/stroma-0007-again.jpg');
  await copyFile(at('train/lymphoid/lymphoid-0001.png'), at('train/lymphoid/lymphoid-0001-copy.png'));
  const whole = await readFile(at('train/adipose/adipose-0002.png'));
  await writeFile(at('train/adipose/adipose-0002.png'), whole.subarray(0, whole.length / 2));
}

/** Does to such a folder what a second look at the patches does: some added, taken out, and put into another class. */
export async function revisePatches(folder: string): Promise<void> {
  const at = (name: string) => path.join(folder, name);
  for (const index of [3, 4, 9])
    await sharp(at(`train/glandular/glandular-000${index}.png`))
      .flop()
      .toFile(at(`train/glandular/new-${index}.png`));
  await rm(at('train/stroma/stroma-0007-again.jpg'));
  for (const name of ['stroma-0012.png', 'stroma-0031.png'])
    await rename(at(`train/stroma/${name}`), at(`train/mucin/${name}`));
}
