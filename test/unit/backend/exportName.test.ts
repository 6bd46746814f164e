import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportName, plannedFiles } from '../../../src-main/backend/predictions/exportName.ts';
import { Random } from '../../../src-main/base/random.ts';
import type { KnownExport } from '../../../src-main/store/tables/predictions.ts';

const OUT = path.resolve('/out');
const ALL = ['geojson', 'csv', 'png'] as const;
const slideAt = (id: number, file: string) => ({ id, name: path.basename(file), path: path.resolve(file) });
const [first, second, third] = [
  slideAt(1, '/cases/A 12/section.svs'),
  slideAt(2, '/cases/B/section.svs'),
  slideAt(3, '/other/B/section.tif'),
];

/** A folder into which slides are exported one after the other, as the backend does it. */
function exporting() {
  const known: KnownExport[] = [];
  const disk = new Set<string>();
  return {
    disk,
    export(
      slide: typeof first,
      model: string,
      formats = [...ALL],
      status: KnownExport['status'] = 'done',
    ): string {
      const name = exportName(OUT, slide, model, known, (file) => disk.has(file));
      const files = plannedFiles(OUT, name, formats);
      known.unshift({ slideId: slide.id, modelName: model, files, status });
      if (status === 'done') Object.values(files).forEach((file) => disk.add(file));
      return name;
    },
  };
}

describe('the names of exported files', () => {
  it("are the slide's own, and stay when the same is exported again", () => {
    const folder = exporting();
    expect(folder.export(first, 'm')).toBe('section');
    expect(folder.export(first, 'm')).toBe('section');
    expect(folder.export(first, 'm', ['csv'])).toBe('section');
  });

  it('name the folder of another slide of the same name, and stay so', () => {
    const folder = exporting();
    expect(folder.export(first, 'm', ['geojson'])).toBe('section');
    expect(folder.export(second, 'm', ['csv'])).toBe('section-B'); // though there is no section.csv
    expect(folder.export(third, 'm')).toBe('section-B-m');
    expect(folder.export(first, 'm', ['csv'])).toBe('section');
    expect(folder.export(second, 'm')).toBe('section-B');
    expect(folder.export(third, 'm')).toBe('section-B-m');
  });

  it('name the model where the same slide was classified by two', () => {
    const folder = exporting();
    expect(folder.export(first, 'crc5 · ResNet-18 / seed 1')).toBe('section');
    expect(folder.export(first, 'crc5 · ResNet-18 / seed 2')).toBe('section-crc5-ResNet-18-seed-2');
    expect(folder.export(first, 'crc5 · ResNet-18 / seed 2')).toBe('section-crc5-ResNet-18-seed-2');
  });

  it('spare files of unknown origin, however many, and those that a waiting job will write', () => {
    const folder = exporting();
    for (const name of ['section', 'section-A-12', 'section-A-12-m'])
      folder.disk.add(plannedFiles(OUT, name, ['csv']).csv ?? '');
    expect(folder.export(first, 'm')).toBe('section-A-12-2');
    const waiting = exporting();
    expect(waiting.export(first, 'm', [...ALL], 'queued')).toBe('section');
    expect(waiting.export(second, 'm')).toBe('section-B');
  });

  it("are the slide's own again once the other's files are gone", () => {
    const folder = exporting();
    folder.export(first, 'm');
    folder.disk.clear();
    expect(folder.export(second, 'm')).toBe('section');
  });

  it('are never given to two slides: 2000 random exports', () => {
    const folder = exporting();
    const owners = new Map<string, string>();
    const random = Random.from(7, 'exports');
    for (let i = 0; i < 2000; i++) {
      const id = random.integer(9);
      const slide = slideAt(id, `/cases/${id % 2}/${id}/${id % 3}/s.${id % 2 ? 'svs' : 'tif'}`);
      const identity = `${slide.id}/m${random.integer(3)}`;
      const name = folder.export(slide, identity.split('/')[1] ?? '');
      expect(owners.get(name) ?? identity).toBe(identity);
      owners.set(name, identity);
    }
    expect(owners.size).toBe(27);
  });
});
