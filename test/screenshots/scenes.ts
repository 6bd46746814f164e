import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { Random } from '../../src-main/base/random.ts';
import { indexPng } from '../support/indexPng.ts';

/** Of the scenes, in the order of the masks' indices. */
const CLASSES = ['background', 'sun', 'tree', 'house', 'boat'];
const SIZES = [
  { width: 160, height: 120 },
  { width: 128, height: 152 },
];
const HORIZON = 0.55;

/** A thing in a scene: its class and its parts, each an SVG element without its colour. */
interface Thing {
  readonly index: number;
  readonly parts: readonly { readonly svg: string; readonly colour: string }[];
}

/**
 * Writes drawn landscapes with masks as a folder in VOC's layout: things of four classes before sky, and meadow or water. They stand in for
 * photographs where none may be shown.
 */
export async function writeScenes(root: string, train: number, val: number): Promise<void> {
  for (const folder of ['JPEGImages', 'SegmentationClass', 'ImageSets/Segmentation'])
    await mkdir(path.join(root, folder), { recursive: true });
  const names = Array.from({ length: train + val }, (_, i) => `scene-${String(i + 1).padStart(3, '0')}`);
  for (const [number, name] of names.entries()) await writeScene(root, name, number);
  const lists = { train: names.slice(0, train), val: names.slice(train) };
  for (const [split, listed] of Object.entries(lists))
    await writeFile(path.join(root, `ImageSets/Segmentation/${split}.txt`), `${listed.join('\n')}\n`);
  await writeFile(path.join(root, 'labels.txt'), `${CLASSES.join('\n')}\n`);
}

async function writeScene(root: string, name: string, number: number): Promise<void> {
  const random = Random.from(1, 'scene', number);
  const size = SIZES[number % SIZES.length]!;
  const { width, height } = size;
  const water = random.uniform() < 0.5;
  const things = [
    ...(random.uniform() < 0.7 ? [sun] : []),
    ...(water ? [boat, boat] : [tree, house, tree]).slice(random.integer(2)),
  ].map((draw) => draw(random, width, height));
  const behind = backdrop(random, water, width, height);
  const image = svg(size, '', behind + drawn(things, (_, colour) => colour));
  await sharp(image)
    .removeAlpha()
    .jpeg({ quality: 95 })
    .toFile(path.join(root, `JPEGImages/${name}.jpg`));
  // Each class in its index as a grey, without smoothed edges: a mask knows no mixtures.
  const greys = drawn(things, (index) => `rgb(${index},${index},${index})`);
  const mask = svg(size, 'shape-rendering="crispEdges"', greys);
  const indices = await sharp(mask).flatten({ background: '#000' }).extractChannel(0).raw().toBuffer();
  await writeFile(path.join(root, `SegmentationClass/${name}.png`), indexPng(indices, size));
}

const svg = ({ width, height }: (typeof SIZES)[number], attributes: string, content: string) =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ${attributes}>${content}</svg>`,
  );

const drawn = (things: readonly Thing[], colourOf: (index: number, colour: string) => string) =>
  things
    .flatMap(({ index, parts }) =>
      parts.map(({ svg, colour }) => svg.replace('/>', ` fill="${colourOf(index, colour)}"/>`)),
    )
    .join('');

function backdrop(random: Random, water: boolean, width: number, height: number): string {
  const hue = 195 + random.integer(30);
  const ground = water ? `hsl(${hue + 5},45%,42%)` : `hsl(${80 + random.integer(40)},38%,42%)`;
  const top = height * HORIZON;
  return `<linearGradient id="sky" x2="0" y2="1"><stop stop-color="hsl(${hue},65%,62%)"/><stop offset="1" stop-color="hsl(${hue},60%,88%)"/></linearGradient>
<rect width="${width}" height="${height}" fill="url(#sky)"/>
<ellipse cx="${random.between(0, width)}" cy="${top}" rx="${width * 0.6}" ry="${random.between(6, 22)}" fill="hsl(${hue - 70},22%,62%)"/>
<rect y="${top}" width="${width}" height="${height}" fill="${ground}"/>`;
}

function sun(random: Random, width: number, height: number): Thing {
  const [x, y] = [random.between(0.1, 0.9) * width, random.between(0.1, 0.25) * height];
  const svg = `<circle cx="${x}" cy="${y}" r="${random.between(9, 14)}"/>`;
  return { index: 1, parts: [{ svg, colour: '#fbe26b' }] };
}

function tree(random: Random, width: number, height: number): Thing {
  const size = random.between(16, 26);
  const [x, y] = [random.between(0.1, 0.9) * width, random.between(0.68, 0.92) * height];
  return {
    index: 2,
    parts: [
      { svg: `<rect x="${x - 3}" y="${y - size}" width="6" height="${size}"/>`, colour: '#6b4a2e' },
      {
        svg: `<ellipse cx="${x}" cy="${y - size * 1.4}" rx="${size * 0.7}" ry="${size}"/>`,
        colour: `hsl(${110 + random.integer(30)},45%,26%)`,
      },
    ],
  };
}

function house(random: Random, width: number, height: number): Thing {
  const size = random.between(28, 44);
  const [x, y] = [random.between(0.05, 0.7) * width, random.between(0.7, 0.9) * height];
  const roof = `${x - 4},${y - size * 0.7} ${x + size / 2},${y - size * 1.2} ${x + size + 4},${y - size * 0.7}`;
  return {
    index: 3,
    parts: [
      {
        svg: `<rect x="${x}" y="${y - size * 0.7}" width="${size}" height="${size * 0.7}"/>`,
        colour: `hsl(${30 + random.integer(20)},40%,80%)`,
      },
      { svg: `<polygon points="${roof}"/>`, colour: `hsl(${random.integer(20)},55%,40%)` },
    ],
  };
}

function boat(random: Random, width: number, height: number): Thing {
  const size = random.between(26, 44);
  const [x, y] = [random.between(0.05, 0.75) * width, random.between(0.7, 0.92) * height];
  const hull = `${x},${y - 9} ${x + size},${y - 9} ${x + size * 0.8},${y} ${x + size * 0.2},${y}`;
  const sail = `${x + size * 0.45},${y - size} ${x + size * 0.45},${y - 11} ${x + size * 0.9},${y - 11}`;
  return {
    index: 4,
    parts: [
      { svg: `<polygon points="${hull}"/>`, colour: `hsl(${random.integer(360)},50%,34%)` },
      { svg: `<polygon points="${sail}"/>`, colour: '#f3eee2' },
    ],
  };
}
