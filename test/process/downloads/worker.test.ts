import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DownloadSpec, FromWorker } from '../../../src-main/contract/worker.ts';
import { fileServer, honest, type FileServer } from '../../support/fileServer.ts';

const entry = fileURLToPath(new URL('../../../src-main/workers/main.ts', import.meta.url));
const content = randomBytes(4_000_000);
const hex = createHash('sha256').update(content).digest('hex');

let server: FileServer;
let folder: string;
beforeEach(async () => {
  server = await fileServer();
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-download-worker-'));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const spec = (changes: Partial<DownloadSpec['files'][number]> = {}): DownloadSpec => ({
  folder: path.join(folder, 'to'),
  files: [
    {
      name: 'a.bin',
      url: `${server.url}/a.bin`,
      mirrors: [],
      bytes: content.length,
      checksum: { algorithm: 'sha256', hex },
      ...changes,
    },
  ],
});

/** A download in a process of its own, as the queue starts it. */
function start(work: DownloadSpec) {
  const child: ChildProcess = fork(entry, [], { serialization: 'advanced', execArgv: [] });
  const messages: FromWorker<'download'>[] = [];
  child.on('message', (message) => messages.push(message as FromWorker<'download'>));
  child.send({ type: 'start', kind: 'download', spec: work });
  const ended = once(child, 'exit').then(() => messages.at(-1));
  return { child, messages, ended };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
const partSize = () => {
  try {
    return statSync(path.join(folder, 'to', 'a.bin.part')).size;
  } catch {
    return 0;
  }
};

describe('the download process', () => {
  it('tells bytes per second and time left', async () => {
    server.answers.set('/a.bin', honest(content, { pause: 10 }));
    const { messages, ended } = start(spec());
    expect(await ended).toEqual({ type: 'done', result: { files: 1, bytes: content.length } });
    const progress = messages.flatMap((message) => (message.type === 'progress' ? [message.progress] : []));
    expect(progress.length).toBeGreaterThan(2);
    expect(progress.at(-1)).toMatchObject({ fraction: 1, message: '4 of 4 MB · a.bin (1 of 1)' });
    expect(progress.at(-1)?.rate).toMatchObject({ value: expect.any(Number), unit: 'MB/s' });
  });

  it('killed in the midst, goes on where it was', async () => {
    server.answers.set('/a.bin', honest(content, { pause: 20 }));
    const first = start(spec());
    await until(() => partSize() > 500_000);
    first.child.kill('SIGKILL');
    await first.ended;
    const kept = partSize();
    expect(kept).toBeLessThan(content.length);
    server.answers.set('/a.bin', honest(content));
    expect(await start(spec()).ended).toMatchObject({ type: 'done' });
    expect(server.requests.at(-1)).toBe(`GET /a.bin bytes=${kept}-`);
    expect(readFileSync(path.join(folder, 'to', 'a.bin')).equals(content)).toBe(true);
    expect(readdirSync(path.join(folder, 'to'))).toEqual(['a.bin']);
  });

  it('stops within a second when asked, and keeps what it has', async () => {
    server.answers.set('/a.bin', honest(content, { pause: 20 }));
    const { child, ended } = start(spec());
    await until(() => partSize() > 100_000);
    const asked = performance.now();
    child.send({ type: 'cancel' });
    expect(await ended).toEqual({ type: 'cancelled' });
    expect(performance.now() - asked).toBeLessThan(1000);
    expect(partSize()).toBeGreaterThan(100_000);
  });
});

/** A disk of 2 MB; null where this user may not mount one. */
function smallDisk(): string | null {
  const at = path.join(folder, 'to');
  mkdirSync(at);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', at]).status === 0;
  return mounted ? at : null;
}
const mayMount =
  process.platform === 'linux' &&
  (() => {
    const at = mkdtempSync(path.join(tmpdir(), 'tessera-mount-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at]).status === 0;
    if (mounted) spawnSync('umount', [at]);
    rmSync(at, { recursive: true });
    return mounted;
  })();

// Needs the right to mount a small disk (root on Linux).
describe.skipIf(!mayMount)('on a disk of 2 MB', () => {
  beforeEach(() => void smallDisk());
  afterEach(() => void spawnSync('umount', [path.join(folder, 'to')]));

  it('refuses before anything is fetched when the size is known', async () => {
    server.answers.set('/a.bin', honest(content));
    expect(await start(spec()).ended).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(
        /^0\.004 GB are needed on the disk of .*, but only 0\.002 GB are free\./,
      ),
    });
    expect(server.requests).toEqual([]);
  });

  it('says that the disk is full when that shows on the way, and keeps what it has', async () => {
    server.answers.set('/a.bin', honest(content));
    expect(await start(spec({ bytes: null })).ended).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/^The disk is full: .*a\.bin\.part could not be written\. Make room/),
    });
    expect(server.requests).toHaveLength(1);
    expect(partSize()).toBeGreaterThan(1_000_000);
  });
});
