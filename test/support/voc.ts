import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { indexPng } from './indexPng.ts';

const SIDE = { width: 40, height: 30 };

/** A JPEG of a gradient that differs from number to number. */
export function vocJpeg(number: number, { width, height } = SIDE): Promise<Buffer> {
  const pixels = Array.from({ length: width * height * 3 }, (_, i) => (i * 3 + number * 29) & 255);
  return sharp(Buffer.from(pixels), { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer();
}

/** A mask whose left half is background and whose right half holds the classes given, in stripes; its last row is ignored. */
export function vocMask(classes: readonly number[], { width, height } = SIDE): Buffer {
  const indices = Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (y === height - 1) return 255;
    return x < width / 2 ? 0 : (classes[y % classes.length] ?? 0);
  });
  return indexPng(indices, { width, height, filter: (row) => row % 5 });
}

/** A VOC annotation that names these objects; a name with "?" behind it is marked difficult. */
export function vocXml(names: readonly string[]): string {
  const objects = names.map((name) => {
    const difficult = name.endsWith('?');
    return `<object>\n<name>${name.replace('?', '')}</name>\n<difficult>${Number(difficult)}</difficult>
<bndbox><xmin>1</xmin></bndbox>\n<part><name>head</name></part></object>`;
  });
  return `<annotation>\n\t<folder>VOC2012</folder>\n\t<!-- a > b -->\n${objects.join('\n')}\n</annotation>\n`;
}

/** Writes files below a folder. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, Buffer | string>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** Four images in VOC's layout: 1–3 to train, 4 to validate; 1 and 4 show an aeroplane, 2 and 3 a cat and a person. */
export async function smallVoc(): Promise<Record<string, Buffer | string>> {
  const files: Record<string, Buffer | string> = {
    'ImageSets/Segmentation/train.txt': '2007_000001\n2007_000002\n2007_000003\n',
    'ImageSets/Segmentation/val.txt': '2007_000004\n',
  };
  for (const [number, classes] of [[1], [8, 15], [8, 15], [1]].entries()) {
    files[`JPEGImages/2007_00000${number + 1}.jpg`] = await vocJpeg(number);
    files[`SegmentationClass/2007_00000${number + 1}.png`] = vocMask(classes);
  }
  return files;
}
