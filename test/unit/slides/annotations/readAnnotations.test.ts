import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src-main/base/random.ts';
import { UserError } from '../../../../src-main/base/errors.ts';
import { readAnnotations } from '../../../../src-main/slides/annotations/readAnnotations.ts';
import { bitFlips, noiseBytes, truncations } from '../../../support/damage.ts';
import { temporaryFolder } from '../../../support/slides.ts';

const folder = temporaryFolder();
let files = 0;

function read(content: unknown, name = 'case.geojson') {
  const file = path.join(folder, `${files++}`, name);
  mkdirSync(path.dirname(file));
  const text =
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content);
  writeFileSync(file, text);
  return readAnnotations(file);
}

const square = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
  [0, 0],
];
const polygon = { type: 'Polygon', coordinates: [square] };
const feature = (properties: unknown, geometry: unknown = polygon, more = {}) => ({
  ...{ type: 'Feature', id: '1f0e', geometry, properties },
  ...more,
});
const tumour = { objectType: 'annotation', classification: { name: 'Tumour', color: [200, 0, 0] } };
const collection = (...features: unknown[]) => ({ type: 'FeatureCollection', features });
const names = async (content: unknown) => (await read(content)).list.map(({ className }) => className);

describe('readAnnotations', () => {
  it('takes a collection, a bare list, one feature, and gzip', async () => {
    expect(await names(collection(feature(tumour)))).toEqual(['Tumour']);
    expect(await names([feature(tumour), feature(tumour)])).toEqual(['Tumour', 'Tumour']);
    expect(await names(feature(tumour))).toEqual(['Tumour']);
    const zipped = gzipSync(JSON.stringify(collection(feature(tumour))));
    expect((await read(zipped, 'case.geojson.gz')).list).toHaveLength(1);
    expect(await names(`\uFEFF${JSON.stringify([feature(tumour)])}`)).toEqual(['Tumour']);
  });

  it('reads the class as each version of QuPath writes it', async () => {
    const classified = (classification: unknown) => feature({ objectType: 'annotation', classification });
    expect(
      await names([
        classified({ name: 'Stroma', colorRGB: -377282 }),
        classified({ names: ['Tumor', 'Positive'], color: [1, 2, 3] }),
        classified({ name: 'Positive', parentClass: { name: 'Tumor', colorRGB: 1 } }),
        classified('Necrosis '),
        feature({ classification: { name: 'From 0.2' } }, polygon, { id: 'PathAnnotationObject' }),
        feature({ object_type: 'annotation', classification: { name: 'From 0.3' } }),
      ]),
    ).toEqual(['Stroma', 'Tumor: Positive', 'Tumor: Positive', 'Necrosis', 'From 0.2', 'From 0.3']);
  });

  it('reads objects within objects, in order', async () => {
    const child = feature({ ...tumour, classification: { name: 'Necrosis' } });
    const parent = feature({ ...tumour, childObjects: [child, feature(tumour)] });
    expect(await names([parent, feature({ classification: { name: 'Last' } })])).toEqual([
      'Tumour',
      'Necrosis',
      'Tumour',
      'Last',
    ]);
  });

  it('takes polygons out of collections, closes rings, drops doubled corners and holes without area', async () => {
    const hole = [
      [2, 2],
      [4, 2],
      [4, 4],
      [2, 4],
    ];
    const geometry = {
      type: 'GeometryCollection',
      geometries: [
        { type: 'Point', coordinates: [1, 1] },
        {
          type: 'MultiPolygon',
          coordinates: [
            [[...square.slice(0, 4)], hole],
            [
              [...square, [0, 0]],
              [
                [1, 1],
                [2, 2],
                [1, 1],
              ],
            ],
          ],
        },
      ],
    };
    const { list } = await read(feature(tumour, geometry));
    expect(list[0]?.polygons.map((rings) => rings.map((ring) => ring.length / 2))).toEqual([[4, 4], [4]]);
    expect(list[0]?.area).toBe(96 + 100);
  });

  it('leaves out what no patches are cut from, and says so', async () => {
    const { list, notes, wrong } = await read(
      collection(
        feature(tumour),
        feature({ objectType: 'annotation' }),
        feature({ objectType: 'annotation', classification: null }),
        feature(tumour, { type: 'Point', coordinates: [1, 2] }),
        feature(tumour, {
          type: 'LineString',
          coordinates: [
            [1, 2],
            [3, 4],
          ],
        }),
        ...['detection', 'cell', 'tile', 'tmaCore'].map((objectType) => feature({ ...tumour, objectType })),
        feature(tumour, polygon, {
          id: 'PathDetectionObject',
          properties: { classification: { name: 'x' } },
        }),
        feature({ classification: { name: 'Region*' } }),
        feature({ classification: { name: 'Ignore*' } }),
      ),
    );
    expect(list.map(({ className }) => className)).toEqual(['Tumour', null]);
    expect(notes).toEqual([
      'Nothing is cut where 1 annotation of Ignore* lies.',
      '1 annotation of Region* was left out: a star marks classes that are not learnt.',
      '2 annotations without a class were left out.',
      '2 points or lines were left out.',
      '5 detections, tiles or cores were left out: patches are cut from annotations.',
    ]);
    expect(wrong).toEqual([]);
  });

  it('names each wrong feature and keeps the rest', async () => {
    const ring = (...coordinates: unknown[]) =>
      feature(tumour, { type: 'Polygon', coordinates: [coordinates] });
    const { list, wrong } = await read(
      JSON.stringify([
        feature(tumour),
        7,
        feature({ ...tumour, classification: { name: 12 } }),
        feature(
          { ...tumour, name: 'Edge' },
          {
            type: 'Polygon',
            coordinates: [
              [
                [0, 0],
                [1, 1],
                [0, 0],
              ],
            ],
          },
        ),
        ring([0, 0], [1, 'a'], [2, 2]),
        ring([0, 0], [1e12, 1], [2, 2]),
        ring([0, 0], [1], [2, 2]),
        ring([0, 0], [1, null], [2, 2]),
        feature(tumour, { type: 'Polygon', coordinates: 5 }),
        feature(tumour, { type: 'Circle' }),
        feature(tumour, null),
        feature(tumour),
      ]).replace('[1,1],[0,0]]]', '[1e999,1],[0,0]]]'),
    );
    expect(list).toHaveLength(2);
    expect(wrong).toEqual([
      'Feature 2: it is no GeoJSON feature.',
      'Feature 3: its properties.classification is not what QuPath writes.',
      'Feature 4 (Edge): a corner has coordinates that are no position on a slide.',
      ...[5, 6, 7, 8].map((n) => `Feature ${n}: a corner has coordinates that are no position on a slide.`),
      'Feature 9: its rings are not a list.',
      'Feature 10: its geometry is a “Circle”.',
      'Feature 11: it has no geometry.',
    ]);
    const two = await read(ring([0, 0], [1, 1], [1, 1], [0, 0]));
    expect(two.wrong).toEqual(['Feature 1: its outline has fewer than 3 different corners.']);
    const many = await read(Array.from({ length: 50 }, () => 1));
    expect(many.wrong).toHaveLength(21);
    expect(many.wrong.at(-1)).toBe('And 30 more.');
  });

  it('reads measurements that are no number, as QuPath writes them, and leaves text alone', async () => {
    const text = JSON.stringify(
      feature({ classification: { name: 'NaN, Infinity "x"' }, measurements: { a: 0.5 } }),
    ).replace('0.5', 'NaN');
    expect(await names(text)).toEqual(['NaN, Infinity "x"']);
    expect(await names(text.replace('NaN}', '-Infinity}'))).toEqual(['NaN, Infinity "x"']);
  });

  it('reads a bare NaN beside a text of megabytes, and says of one without an end that it is cut off', async () => {
    const long = 'a'.repeat(16_000_000);
    const text = JSON.stringify(feature({ classification: { name: 'Tumour' }, long, size: 0.5 }));
    expect(await names(text.replace('0.5', 'NaN'))).toEqual(['Tumour']);
    await expect(read(text.slice(0, -12))).rejects.toThrow(/is cut off: its end is missing/);
  });

  it('says of a whole file what is wrong', async () => {
    const text = JSON.stringify(collection(feature(tumour)));
    await expect(read('')).rejects.toThrow(/case\.geojson is empty/);
    await expect(read(text.slice(0, 120))).rejects.toThrow(/is cut off: its end is missing/);
    await expect(read('<xml/>')).rejects.toThrow(/is damaged, or not GeoJSON/);
    await expect(read('{"type":"Topology"}')).rejects.toThrow(/holds no annotations: it is not GeoJSON/);
    await expect(read('null')).rejects.toThrow(/holds no annotations/);
    await expect(read(gzipSync(text).subarray(0, 60), 'a.geojson.gz')).rejects.toThrow(
      /a\.geojson\.gz is damaged/,
    );
    const bomb = gzipSync(Buffer.alloc(300 * 2 ** 20, ' '), { level: 1 });
    await expect(read(bomb, 'bomb.geojson.gz')).rejects.toThrow(/larger than 256 MB.*annotations only/);
    await expect(readAnnotations(path.join(folder, 'gone.geojson'))).rejects.toThrow(/could not be read/);
  }, 30_000);

  it('is not brought down by nesting', async () => {
    const deep = (open: string, close: string, inner: string) =>
      open.repeat(100_000) + inner + close.repeat(100_000);
    const collections = deep('{"type":"GeometryCollection","geometries":[', ']}', '');
    expect(
      (await read(`[{"geometry":${collections},"properties":{"classification":"x"}}]`)).wrong,
    ).toHaveLength(1);
    const parents = deep('{"name":"x","parentClass":', '}', 'null');
    expect((await read(`[{"geometry":null,"properties":{"classification":${parents}}}]`)).wrong).toHaveLength(
      1,
    );
    await expect(read('['.repeat(200_000))).rejects.toThrow(UserError);
  });
});

describe('damaged files', () => {
  const whole = Buffer.from(
    JSON.stringify(
      collection(
        feature({ ...tumour, name: 'A', measurements: { area: 1.5 } }),
        feature({ classification: { names: ['Tumour', 'Positive'] }, childObjects: [feature(tumour)] }),
        feature(tumour, { type: 'MultiPolygon', coordinates: [[square], [square, square]] }),
      ),
    ),
  );

  /** Either a reason that names the file, or annotations of which each has an area with finite corners. */
  async function survives(content: Uint8Array | string, name?: string): Promise<boolean> {
    const result = await read(content, name).catch((error: unknown) => error);
    if (result instanceof UserError) {
      expect(result.message).toMatch(/case\.geojson/);
      return false;
    }
    const { list, wrong } = result as Awaited<ReturnType<typeof read>>;
    for (const { className, polygons, area } of list) {
      expect(className === null || className.length > 0).toBe(true);
      expect(Number.isFinite(area)).toBe(true);
      for (const ring of polygons.flat()) expect(ring.length >= 6 && ring.every(Number.isFinite)).toBe(true);
    }
    return list.length === 4 && wrong.length === 0;
  }

  it('are named when they are cut off, plain or gzipped', async () => {
    for (const part of truncations(whole, 100)) expect(await survives(part)).toBe(false);
    for (const part of truncations(gzipSync(whole), 50))
      expect(await survives(part, 'case.geojson.gz')).toBe(false);
  });

  it('harm nothing with turned bits or noise', async () => {
    for (const flipped of bitFlips(whole, 300)) await survives(flipped);
    for (const flipped of bitFlips(gzipSync(whole), 100)) await survives(flipped, 'case.geojson.gz');
    for (const noise of noiseBytes(50, 2000)) expect(await survives(noise)).toBe(false);
  });

  it('harm nothing with values of other types', async () => {
    const random = Random.from(3, 'types');
    const others = [null, true, -1, 1e308, '', 'x', [], {}, [[]], { name: {} }, [1, 2], { type: 'Polygon' }];
    const swap = (value: unknown, chance: number): unknown => {
      if (random.uniform() < chance) return others[random.integer(others.length)];
      if (Array.isArray(value)) return value.map((item) => swap(item, chance));
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, swap(item, chance)]));
    };
    let intact = 0;
    for (let i = 0; i < 500; i++)
      intact += Number(await survives(JSON.stringify(swap(JSON.parse(whole.toString()), 0.03))));
    expect(intact).toBeLessThan(250);
  });
});
