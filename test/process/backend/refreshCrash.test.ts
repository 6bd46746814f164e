import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Dataset } from '../../../src-main/contract/values/dataset.ts';
import type { Job } from '../../../src-main/contract/values/job.ts';
import { writeTiles } from '../../support/tiles.ts';
import { lives } from './lives.ts';

const entry = fileURLToPath(new URL('./fixtures/backend.ts', import.meta.url));

let folder: string;
let child: ChildProcess;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-refresh-crash-'));
  process.env.TESSERA_HOME = path.join(folder, 'home');
});
afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

type Ask = <T>(name: string, body: object) => Promise<T>;

async function backendProcess(): Promise<Ask> {
  child = spawn(process.execPath, [entry, path.join(folder, 'w'), 'free', 'heldWorker.ts'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const { url, token } = JSON.parse(line.toString()) as { url: string; token: string };
  return async <T>(name: string, body: object) => {
    const response = await fetch(`${url}/api/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as T;
  };
}

const seen = (ask: Ask, id: number, when: (job: Job) => boolean) =>
  expect.poll(async () => when(await ask<Job>('jobs.get', { id })), { timeout: 20_000 }).toBe(true);
const ended = ({ status }: Job) => status !== 'queued' && status !== 'running';

it('kill -9 of the backend in the midst of a refresh leaves the dataset as it was; a further refresh does it all', async () => {
  const root = path.join(folder, 'tiles');
  await writeTiles(root, 60, 8);
  const first = await backendProcess();
  const { dataset, job } = await first<{ dataset: Dataset; job: Job }>('datasets.import', {
    ...{ path: root, name: 'tiles' },
  });
  await seen(first, job.id, ended);
  const everything = async (ask: Ask) => [
    await ask('datasets.get', { id: dataset.id }),
    await ask('datasets.patches', { id: dataset.id }),
    await ask('datasets.changes', { id: dataset.id }),
  ];
  const before = await everything(first);
  expect(before[0]).toMatchObject({ status: 'ready', revision: 1, patches: 180 });

  await writeTiles(root, 70, 8, 2); // other pixels, and ten more of each
  await writeFile(path.join(root, 'hold'), '');
  const refresh = await first<Job>('datasets.refresh', { id: dataset.id });
  await seen(first, refresh.id, (now) => now.progress.message.startsWith('process'));
  const { progress } = await first<Job>('jobs.get', { id: refresh.id });
  expect(await first('datasets.get', { id: dataset.id })).toMatchObject({ status: 'ready', revision: 1 });
  child.kill('SIGKILL');
  await once(child, 'exit');
  await expect.poll(() => lives(Number(progress.message.split(' ')[1])), { timeout: 5000 }).toBe(false);

  const second = await backendProcess();
  expect(await second<Job>('jobs.get', { id: refresh.id })).toMatchObject({ status: 'interrupted' });
  expect(await everything(second)).toEqual(before);
  await rm(path.join(root, 'hold'));
  const again = await second<Job>('datasets.refresh', { id: dataset.id });
  await seen(second, again.id, ended);
  expect(await second('datasets.get', { id: dataset.id })).toMatchObject({ revision: 2, patches: 210 });
  expect(await second('datasets.changes', { id: dataset.id })).toMatchObject({ changed: 180, added: 30 });
  expect(readdirSync(path.join(folder, 'w')).includes('datasets')).toBe(false); // nothing was unpacked
}, 60_000);
