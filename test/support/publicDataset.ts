import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DownloadEntry } from '../../src-main/contract/values/download.ts';
import { TILE_CLASSES, writeTiles } from './tiles.ts';
import { zipFile } from './zipFile.ts';

/** A zip of tiles, one folder per class, as a public dataset would be. */
export async function zippedTiles(perClass: number): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tessera-tiles-'));
  await writeTiles(folder, perClass);
  const names = TILE_CLASSES.flatMap((name) =>
    Array.from({ length: perClass }, (_, i) => `${name}/${name}-${String(i).padStart(3, '0')}.png`),
  );
  const members = await Promise.all(
    names.map(async (name) => ({ name: `tiles/${name}`, content: await readFile(path.join(folder, name)) })),
  );
  await rm(folder, { recursive: true });
  return zipFile(members);
}

/** A catalogue's entry for `zip`, at "/tiles.zip" of a server. */
export function tilesEntry(server: string, zip: Buffer, changes: Partial<DownloadEntry> = {}): DownloadEntry {
  return {
    id: 'tiles',
    title: 'Public tiles',
    summary: 'Small tiles of three classes.',
    purpose: 'To test.',
    licence: { name: 'CC0 1.0', url: 'https://creativecommons.org/publicdomain/zero/1.0/' },
    homepage: 'https://example.org/tiles',
    citation: 'Doe J. Tiles. 2020.',
    files: [
      {
        name: 'tiles.zip',
        url: `${server}/tiles.zip`,
        mirrors: [],
        bytes: zip.length,
        checksum: { algorithm: 'sha256', hex: createHash('sha256').update(zip).digest('hex') },
      },
    ],
    unpackedBytes: zip.length,
    importer: 'kather',
    opens: 'tiles.zip',
    ...changes,
  };
}
