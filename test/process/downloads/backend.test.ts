import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend, type Backend } from '../../../src-main/backend/startBackend.ts';
import type { Job } from '../../../src-main/contract/values/job.ts';
import { downloadCatalogue } from '../../../src-main/data/downloads/catalogue.ts';
import { failing, fileServer, honest, type FileServer } from '../../support/fileServer.ts';
import { writePcam } from '../../support/pcam.ts';
import { tilesEntry, zippedTiles } from '../../support/publicDataset.ts';

const main = fileURLToPath(new URL('../../../src-main/cli/main.ts', import.meta.url));

let zip: Buffer;
let server: FileServer;
let backend: Backend;
let folder: string;
let workspace: string;
beforeAll(async () => void (zip = await zippedTiles(4)));
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-downloads-'));
  workspace = path.join(folder, 'w');
  process.env.TESSERA_HOME = path.join(folder, 'home');
  server = await fileServer();
  server.answers.set('/tiles.zip', honest(zip));
  const huge = tilesEntry(server.url, zip, { id: 'huge', title: 'Huge', unpackedBytes: 1e18 });
  backend = await startBackend({ workspace, catalogue: [tilesEntry(server.url, zip), huge] });
});
afterEach(async () => {
  await backend.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function ended(id: number): Promise<Job> {
  for (;;) {
    const job = await backend.client('jobs.get', { id });
    if (job.status !== 'queued' && job.status !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
/** The job that imports what was downloaded. */
async function importJob(): Promise<Job> {
  const jobs = await backend.client('jobs.list', {});
  return jobs.find(({ kind }) => kind === 'import')!;
}
const offer = async (to: string | null = null) =>
  (await backend.client('downloads.catalogue', { folder: to }))[0]!;

describe('downloads', () => {
  it('fetch nothing until they are told to; then the file comes and is imported', async () => {
    expect(await offer()).toMatchObject({
      folder: path.join(workspace, 'downloads', 'tiles'),
      totalBytes: zip.length,
      presentBytes: 0,
      space: [{ neededBytes: 2 * zip.length, freeBytes: expect.any(Number) }],
      problem: null,
      jobId: null,
    });
    expect(server.requests).toEqual([]);
    const job = await backend.client('downloads.start', { entry: 'tiles' });
    expect(job).toMatchObject({ kind: 'download', title: 'Download Public tiles' });
    expect(await ended(job.id)).toMatchObject({ status: 'done', progress: { fraction: 1 } });
    expect(await ended((await importJob()).id)).toMatchObject({
      status: 'done',
      title: 'Import Public tiles',
    });
    const dataset = (await backend.client('datasets.list', {}))[0]!;
    expect(dataset).toMatchObject({ status: 'ready', patches: 12, broken: 0 });
    expect(dataset.root.startsWith(path.join(workspace, 'datasets'))).toBe(true);
    expect(await offer()).toMatchObject({
      presentBytes: zip.length,
      space: [{ neededBytes: zip.length }],
      complete: true,
    });
    await expect(backend.client('downloads.start', { entry: 'tiles' })).rejects.toThrow(
      /is a dataset called “Public tiles” already/,
    );
  });

  it('go where the user says, without an import when none is wanted, and need no second download', async () => {
    const to = path.join(folder, 'elsewhere');
    const start = () => backend.client('downloads.start', { entry: 'tiles', folder: to, import: false });
    await ended((await start()).id);
    expect(readdirSync(path.join(to, 'tiles'))).toEqual(['tiles.zip']);
    expect(await backend.client('datasets.list', {})).toEqual([]);
    await ended((await start()).id);
    expect(server.requests).toHaveLength(1);
  });

  it('that fail say why, and leave nothing in the way of the next attempt', async () => {
    server.answers.set('/tiles.zip', failing(404));
    const job = await backend.client('downloads.start', { entry: 'tiles' });
    expect(await ended(job.id)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^tiles\.zip could not be downloaded: 127\.0\.0\.1:\d+ answers 404\./),
    });
    expect(await backend.client('datasets.list', {})).toEqual([]);
    server.answers.set('/tiles.zip', honest(zip));
    await ended((await backend.client('downloads.start', { entry: 'tiles' })).id);
    await ended((await importJob()).id);
    expect(await backend.client('datasets.list', {})).toMatchObject([{ status: 'ready', patches: 12 }]);
  });

  it('can be cancelled and gone on with, and run once at a time', async () => {
    const large = Buffer.concat([zip, Buffer.alloc(3_000_000)]);
    await backend.close();
    const catalogue = [tilesEntry(server.url, large)];
    backend = await startBackend({ workspace, catalogue });
    server.answers.set('/tiles.zip', honest(large, { pause: 30 }));
    const job = await backend.client('downloads.start', { entry: 'tiles', import: false });
    while ((await offer()).presentBytes < 200_000) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await offer()).jobId).toBe(job.id);
    await expect(backend.client('downloads.start', { entry: 'tiles' })).rejects.toThrow(
      /being downloaded already/,
    );
    await backend.client('jobs.cancel', { id: job.id });
    expect(await ended(job.id)).toMatchObject({ status: 'cancelled' });
    const { presentBytes, jobId } = await offer();
    expect([presentBytes > 200_000, jobId]).toEqual([true, null]);
    server.answers.set('/tiles.zip', honest(large));
    const second = await backend.client('downloads.start', { entry: 'tiles', import: false });
    expect(await ended(second.id)).toMatchObject({ status: 'done' });
    expect(server.requests.at(-1)).toBe(`GET /tiles.zip bytes=${presentBytes}-`);
  });

  it('of several files, as PCam’s, are imported as their folder', async () => {
    const source = path.join(folder, 'source');
    await writePcam(source, { train: 40, valid: 20, test: 20 }, { gzip: true, meta: true });
    const official = downloadCatalogue.find(({ id }) => id === 'pcam')!;
    const files = official.files.map((file) => {
      const content = readFileSync(path.join(source, file.name));
      server.answers.set(`/${file.name}`, honest(content));
      const hex = createHash(file.checksum!.algorithm).update(content).digest('hex');
      const bytes = file.bytes === null ? null : content.length;
      const checksum = { algorithm: file.checksum!.algorithm, hex };
      return { ...file, url: `${server.url}/${file.name}`, mirrors: [], bytes, checksum };
    });
    await backend.close();
    backend = await startBackend({ workspace, catalogue: [{ ...official, unpackedBytes: 1e6, files }] });
    expect(await ended((await backend.client('downloads.start', { entry: 'pcam' })).id)).toMatchObject({
      status: 'done',
    });
    expect(server.requests).toHaveLength(9);
    expect(await ended((await importJob()).id)).toMatchObject({ error: null, status: 'done' });
    const [dataset] = await backend.client('datasets.list', {});
    expect(dataset).toMatchObject({ layout: 'pcam', patches: 80, broken: 0 });
  });

  it('are refused when there is too little room, or no such thing', async () => {
    await expect(backend.client('downloads.start', { entry: 'huge' })).rejects.toThrow(
      /Huge was not downloaded: 1000000000\.0 GB are needed/,
    );
    await expect(backend.client('downloads.start', { entry: 'x' })).rejects.toThrow(/There are: tiles, huge/);
    expect(await backend.client('jobs.list', {})).toEqual([]);
  });

  it('are refused where the folder cannot be one', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    await expect(offer(path.join(folder, 'file'))).rejects.toThrow(/cannot be used/);
  });
});

describe('tessera dataset download', () => {
  async function tessera(...args: string[]) {
    const child = spawn(process.execPath, [main, 'dataset', 'download', ...args, '--workspace', workspace], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, out, err };
  }

  it('shows licence, size and room, and does nothing when nobody can be asked', async () => {
    const { code, err } = await tessera('tiles');
    expect(code).toBe(1);
    expect(err).toMatch(/Licence: {2}CC0 1\.0 \(https:/);
    expect(err).toMatch(/Space: {4}0\.00 GB needed, \d+\.\d\d GB free/);
    expect(err).toMatch(/Add --yes/);
    expect(server.requests).toEqual([]);
  });

  it('downloads and imports with --yes', async () => {
    const { code, out } = await tessera('tiles', '--yes', '--to', path.join(folder, 'to'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ name: 'Public tiles', status: 'ready', patches: 12 });
    expect(readdirSync(path.join(folder, 'to', 'tiles'))).toEqual(['tiles.zip']);
  });

  it('only downloads with --no-import, and knows its names', async () => {
    const { out } = await tessera('tiles', '--yes', '--no-import');
    expect(out.trim()).toBe(path.join(workspace, 'downloads', 'tiles'));
    expect((await tessera('pancake', '--yes')).err).toMatch(
      /no “pancake” to download\. There are: tiles, huge/,
    );
  });
});
