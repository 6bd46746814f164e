import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DownloadEntry } from '../../../../src-main/contract/values/download.ts';
import { downloadCatalogue } from '../../../../src-main/data/downloads/catalogue.ts';

describe('the catalogue', () => {
  it('holds the paper’s three public datasets, each entry well formed', () => {
    expect(
      z
        .array(DownloadEntry)
        .parse(downloadCatalogue)
        .map(({ id }) => id),
    ).toEqual(['crc', 'pcam', 'voc']);
  });

  it.each(downloadCatalogue.map((entry) => [entry.id, entry] as const))(
    '%s is safe to fetch',
    (_id, entry) => {
      const urls = entry.files.flatMap(({ url, mirrors }) => [url, ...mirrors]);
      for (const url of [...urls, entry.homepage, entry.licence.url])
        expect(new URL(url).protocol).toBe('https:');
      expect(new Set(urls).size).toBe(urls.length);
      const names = entry.files.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      if (entry.opens !== null) expect(names).toContain(entry.opens);
      // Without a checksum there would be nothing to tell a mirror's file from the original.
      for (const { checksum, mirrors } of entry.files)
        expect(checksum !== null || mirrors.length === 0).toBe(true);
      expect(entry.licence.name).not.toBe('');
      expect(entry.citation).toMatch(/\b(19|20)\d\d\b/);
    },
  );

  it('knows the sizes that their owners state: 246 MiB, 7.5 GiB and 1.9 GiB', () => {
    const size = (id: string) =>
      downloadCatalogue
        .find((entry) => entry.id === id)
        ?.files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
    expect((size('crc') ?? 0) / 2 ** 20).toBeCloseTo(246, 0);
    expect((size('pcam') ?? 0) / 2 ** 30).toBeCloseTo(7.5, 1);
    expect((size('voc') ?? 0) / 2 ** 30).toBeCloseTo(1.9, 1);
  });

  it('has the three kinds of files for each of PCam’s splits, by their official names', () => {
    const names = downloadCatalogue.find(({ id }) => id === 'pcam')?.files.map(({ name }) => name);
    const official = ['train', 'valid', 'test'].flatMap((split) =>
      ['x.h5.gz', 'y.h5.gz', 'meta.csv'].map((kind) => `camelyonpatch_level_2_split_${split}_${kind}`),
    );
    expect(names).toEqual(official);
  });
});

describe('names on disk', () => {
  it.each(['../a', 'a/b', '/etc/a', 'a\\b', '.hidden', '', 'c:a'])('refuse %j', (name) => {
    const [first] = downloadCatalogue;
    const entry = { ...first, files: [{ ...first?.files[0], name }] };
    expect(DownloadEntry.safeParse(entry).success).toBe(false);
  });
});
