import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { classRgb } from '../../../src-main/contract/palette.ts';
import type { WorkerSpec } from '../../../src-main/contract/worker.ts';
import { exportTask } from '../../../src-main/workers/export.ts';
import { viridis } from '../../../src-main/slides/exports/colourMap.ts';
import { inChunks } from '../../../src-main/slides/exports/inChunks.ts';
import { temporaryFolder } from '../../support/slides.ts';

const folder = temporaryFolder();
const file = (name: string) => path.join(folder, name);
const RUO = 'For Research Use Only. Not for use in diagnostic procedures.';

const spec: WorkerSpec<'export'> = {
  slide: { name: 'a.svs', width: 1000, height: 700, mpp: 0.5 },
  model: { name: 'crc "5"', synthetic: true },
  classNames: ['stroma', 'tumour, "mixed"', 'λ'],
  grid: { columns: 4, rows: 3, patchSize: 224, stride: 224 },
  columns: Int32Array.of(1, 3, 0),
  rows: Int32Array.of(0, 1, 2),
  scores: Float32Array.of(0.1, 0.7, 0.2, 0.123_456_789, 0.3, 0.576_543_2, 1, 0, 0),
  unreadable: null,
  classIndex: null,
  files: { geojson: file('p.geojson'), csv: file('p.csv'), png: file('p.png') },
};

async function run(changes: Partial<WorkerSpec<'export'>> = {}) {
  const context = { signal: new AbortController().signal, progress: () => {}, event: () => {} };
  return exportTask({ ...spec, ...changes }, context);
}

interface Feature {
  id: string;
  geometry: { type: string; coordinates: [number, number][][] };
  properties: {
    objectType: string;
    classification: { name: string; color: number[] };
    isLocked: boolean;
    measurements: Record<string, number>;
    metadata: Record<string, string>;
  };
}

describe('the QuPath GeoJSON', () => {
  it('has a closed, rightly turned square with the scores for every patch', async () => {
    await run();
    const collection = JSON.parse(readFileSync(file('p.geojson'), 'utf8')) as {
      type: string;
      metadata: Record<string, string>;
      features: Feature[];
    };
    expect(collection.type).toBe('FeatureCollection');
    expect(collection.metadata).toMatchObject({ notice: RUO, slide: 'a.svs', model: 'crc "5"' });
    expect(collection.features).toHaveLength(3);
    collection.features.forEach(({ id, geometry, properties }, i) => {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const ring = geometry.coordinates[0] ?? [];
      expect(ring).toHaveLength(5);
      expect(ring[0]).toEqual(ring[4]);
      const doubleArea = ring.reduce((sum, [x, y], k) => {
        const [nextX, nextY] = ring[(k + 1) % ring.length] ?? [0, 0];
        return sum + x * nextY - nextX * y;
      }, 0);
      expect(doubleArea).toBe(2 * 224 * 224); // positive: counter-clockwise
      expect(ring[0]).toEqual([(spec.columns[i] ?? 0) * 224, (spec.rows[i] ?? 0) * 224]);
      expect(properties).toMatchObject({ objectType: 'tile', isLocked: false });
      expect(properties.metadata.notice).toBe(RUO);
      expect(properties.metadata.synthetic).toMatch(/synthetic/);
      spec.classNames.forEach((name, c) =>
        expect(properties.measurements[`prob_${name}`]).toBeCloseTo(spec.scores[i * 3 + c] ?? -1, 6),
      );
    });
    expect(collection.features.map((f) => f.properties.classification)).toEqual([
      { name: 'tumour, "mixed"', color: classRgb(1) },
      { name: 'λ', color: classRgb(2) },
      { name: 'stroma', color: classRgb(0) },
    ]);
    expect(new Set(collection.features.map((f) => f.id)).size).toBe(3);
  });

  it('is the same twice, says nothing of synthesis where there is none, and is valid without patches', async () => {
    const before = readFileSync(file('p.geojson'), 'utf8');
    await run({ files: { geojson: file('again.geojson') } });
    expect(readFileSync(file('again.geojson'), 'utf8')).toBe(before);
    await run({ files: { geojson: file('real.geojson') }, model: { name: 'm', synthetic: false } });
    expect(readFileSync(file('real.geojson'), 'utf8')).not.toContain('synthetic');
    const none = { columns: new Int32Array(), rows: new Int32Array(), scores: new Float32Array() };
    await run({ files: { geojson: file('none.geojson') }, ...none });
    expect(JSON.parse(readFileSync(file('none.geojson'), 'utf8'))).toMatchObject({ features: [] });
  });
});

describe('patches that could not be read', () => {
  it('are told in every file, and have no row', async () => {
    const unreadable = { patches: 2, reason: 'the tile in column 3, row 4 of level 0 is damaged' };
    const files = { geojson: file('u.geojson'), csv: file('u.csv'), png: file('u.png') };
    await run({ unreadable, files });
    const told = '2 patches of tissue could not be read: the tile in column 3, row 4 of level 0 is damaged.';
    for (const name of ['u.geojson', 'u.metadata.json', 'u.png'])
      expect(readFileSync(file(name), 'utf8')).toContain(told);
    expect(readFileSync(file('u.csv'), 'utf8').trim().split('\n')).toHaveLength(1 + spec.columns.length);
    expect(readFileSync(file('p.geojson'), 'utf8')).not.toContain('could not be read');
  });
});

describe('the CSV', () => {
  it("has WSInfer's columns, quoted names and rounded scores", async () => {
    await run();
    expect(readFileSync(file('p.csv'), 'utf8').split('\n')).toEqual([
      'minx,miny,width,height,prob_stroma,"prob_tumour, ""mixed""",prob_λ',
      '224,0,224,224,0.1,0.7,0.2',
      '672,224,224,224,0.123457,0.3,0.576543',
      '0,448,224,224,1,0,0',
      '',
    ]);
    const metadata: unknown = JSON.parse(readFileSync(file('p.metadata.json'), 'utf8'));
    expect(metadata).toMatchObject({ notice: RUO, model: 'crc "5"', mpp: 0.5, patchSize: 224 });
  });
});

describe('the heat map', () => {
  const pixels = async (name: string) => {
    const { data, info } = await sharp(file(name)).raw().toBuffer({ resolveWithObject: true });
    const side = info.width / 4;
    expect([info.channels, info.height]).toEqual([4, side * 3]);
    const at = (column: number, row: number) => {
      const i = (Math.floor((row + 0.5) * side) * info.width + Math.floor((column + 0.5) * side)) * 4;
      return [...data.subarray(i, i + 4)];
    };
    return { at, side };
  };

  it('shows the highest class of each patch, and nothing elsewhere', async () => {
    await run();
    const { at, side } = await pixels('p.png');
    expect(side).toBe(32);
    expect(at(1, 0)).toEqual([...classRgb(1), Math.round(255 * Math.fround(0.7))]);
    expect(at(0, 2)).toEqual([...classRgb(0), 255]);
    expect(at(0, 0)[3]).toBe(0);
    const texts = readFileSync(file('p.png')).toString('utf8');
    expect(texts).toContain(`Disclaimer\0\0\0\0\0${RUO}`);
    expect(texts).toContain('trained on synthetic data');
  });

  it('shows one class on the perceptual scale', async () => {
    await run({ classIndex: 0, files: { png: file('one.png') } });
    const { at } = await pixels('one.png');
    expect(at(0, 2)).toEqual([253, 231, 37, 255]);
    expect(at(1, 0)).toEqual([...viridis(0.1), 255]);
    const luminance = [0, 0.25, 0.5, 0.75, 1].map((s) => {
      const [r, g, b] = viridis(s);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    });
    expect(luminance).toEqual(luminance.toSorted((a, b) => a - b));
  });
});

describe('exporting', () => {
  it('writes only what was asked for, and stops when cancelled', async () => {
    const files = { csv: file('only.csv') };
    expect(await run({ files })).toEqual(files);
    const signal = AbortSignal.abort(new Error('cancelled'));
    const late = exportTask(
      { ...spec, files: { csv: file('late.csv') } },
      { signal, progress: () => {}, event: () => {} },
    );
    await expect(late).rejects.toThrow('cancelled');
    expect(existsSync(file('late.csv'))).toBe(false);
  });

  it('joins pieces without losing any', () => {
    const pieces = Array.from({ length: 30_000 }, (_, i) => `${i},`);
    const chunks = [...inChunks(pieces)];
    expect(chunks.join('')).toBe(pieces.join(''));
    expect(chunks.length).toBeLessThan(5);
  });
});
