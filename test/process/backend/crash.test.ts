import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startBackend } from '../../../src-main/backend/startBackend.ts';
import type { Job } from '../../../src-main/contract/values/job.ts';
import { openStore } from '../../../src-main/store/store.ts';
import { benchSpec } from '../../support/benchSpec.ts';
import { lives } from './lives.ts';

const workerEntry = fileURLToPath(new URL('./fixtures/worker.ts', import.meta.url));
const backendEntry = fileURLToPath(new URL('./fixtures/backend.ts', import.meta.url));

let folder: string;
let workspace: string;
let child: ChildProcess | null;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-crash-'));
  workspace = path.join(folder, 'w');
  child = null;
  process.env.TESSERA_HOME = path.join(folder, 'home');
});
afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A backend in a process of its own. */
async function backendProcess(tie: 'tied' | 'free' = 'free') {
  const started = spawn(process.execPath, [backendEntry, workspace, tie], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child = started;
  const [line] = (await once(started.stdout, 'data')) as [Buffer];
  const { url, token } = JSON.parse(line.toString()) as { url: string; token: string };
  const request = async <T>(name: string, body: object = {}): Promise<T> => {
    const response = await fetch(`${url}/api/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as T;
  };
  return { process: started, url, token, request };
}

/** Queues a job of the fixture's worker; its behaviour is put into the row before it starts. */
function queueBench(seconds: number, title = 'misbehaves'): number {
  const store = openStore(path.join(workspace, 'tessera.sqlite'));
  const { id } = store.jobs.insert({ kind: 'bench', title, parameters: benchSpec({ seconds }) });
  store.close();
  return id;
}

/** Makes an empty workspace. */
async function makeWorkspace() {
  await (await startBackend({ workspace, workerEntry })).close();
}

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    await delay(30);
  }
}

const workerPid = (request: <T>(name: string, body?: object) => Promise<T>, id: number) =>
  until(async () => {
    const job = await request<Job>('jobs.get', { id });
    const pid = /process (\d+)/.exec(job.progress.message)?.[1];
    return job.status === 'running' && pid ? Number(pid) : null;
  });

describe('kill -9 of a worker', () => {
  it('fails its job with a reason; the next job runs', async () => {
    await makeWorkspace();
    const [victim, next] = [queueBench(3), queueBench(1)];
    const { request } = await backendProcess();
    process.kill(await workerPid(request, victim), 'SIGKILL');
    const job = await until(async () => {
      const seen = await request<Job>('jobs.get', { id: next });
      return seen.status === 'done' ? request<Job>('jobs.get', { id: victim }) : null;
    });
    expect(job).toMatchObject({ status: 'failed', error: expect.stringMatching(/killed \(SIGKILL\)/) });
  });
});

describe('kill -9 of the backend', () => {
  it.each([
    ['a worker that listens', 2],
    ['a deaf worker', 3],
  ])(
    'leaves no orphan (%s); the next start marks the job interrupted and runs the queued one',
    async (_, behaviour) => {
      await makeWorkspace();
      const [running, waiting] = [queueBench(behaviour), queueBench(1)];
      const { process: backend, request } = await backendProcess();
      const pid = await workerPid(request, running);
      backend.kill('SIGKILL');
      await once(backend, 'exit');
      const begin = performance.now();
      await until(() => Promise.resolve(lives(pid) ? null : true));
      expect(performance.now() - begin).toBeLessThan(1000);

      const again = await backendProcess(); // takes the dead one's lock over
      expect(await again.request<Job>('jobs.get', { id: running })).toMatchObject({
        status: 'interrupted',
        error: expect.stringMatching(/Tessera ended while this was running/),
      });
      await until(async () =>
        (await again.request<Job>('jobs.get', { id: waiting })).status === 'done' ? true : null,
      );
    },
  );
});

describe('cancel', () => {
  it('ends a busy worker within five seconds', async () => {
    await makeWorkspace();
    const id = queueBench(3);
    const { request } = await backendProcess();
    const pid = await workerPid(request, id);
    const begin = performance.now();
    await request('jobs.cancel', { id });
    await until(async () => ((await request<Job>('jobs.get', { id })).status === 'cancelled' ? true : null));
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(lives(pid)).toBe(false);
  });
});

describe('a second process', () => {
  it('is refused the workspace in words, and reads how to reach the first', async () => {
    const { url, token } = await backendProcess();
    await expect(startBackend({ workspace, workerEntry })).rejects.toThrow(/open in another Tessera/);
    const lock = path.join(workspace, 'lock.json');
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toEqual({ pid: child?.pid, url, token });
    expect(statSync(lock).mode & 0o777).toBe(0o600);
  });
});

describe('the event socket', () => {
  it('pushes events to who has the token, and to nobody else', async () => {
    const backend = await startBackend({ workspace, workerEntry });
    const address = `${backend.url.replace('http', 'ws')}/events`;
    const refused = async (url: string, headers: Record<string, string> = {}) => {
      const [error] = (await once(new WebSocket(url, { headers }), 'error').catch((e: unknown) => [e])) as [
        Error,
      ];
      return error.message;
    };
    expect(await refused(`${address}?token=wrong`)).toMatch(/401/);
    expect(await refused(`${address}?token=${backend.token}`, { origin: 'http://evil.example' })).toMatch(
      /403/,
    );
    expect(await refused(`${address}?token=${backend.token}`, { host: 'evil.example' })).toMatch(/403/);

    await backend.client('hardware.get', {}); // its test has events of its own
    const socket = new WebSocket(`${address}?token=${backend.token}`, { headers: { origin: backend.url } });
    await once(socket, 'open');
    const heard = once(socket, 'message');
    await backend.client('hardware.bench', {});
    const [data] = (await heard) as [Buffer];
    expect(JSON.parse(data.toString())).toMatchObject({
      type: 'job',
      job: { kind: 'bench', status: 'queued' },
    });
    await backend.close();
  });
});

describe('a clean end', () => {
  it.each([
    ['SIGTERM', (backend: ChildProcess) => backend.kill('SIGTERM')],
    ['the end of the parent', (backend: ChildProcess) => backend.stdin?.end()],
  ])('by %s stops the worker and interrupts its job', async (_, end) => {
    await makeWorkspace();
    const id = queueBench(2);
    const { process: backend, request } = await backendProcess('tied');
    const pid = await workerPid(request, id);
    end(backend);
    expect(await once(backend, 'exit')).toEqual([0, null]);
    expect(lives(pid)).toBe(false);
    expect(existsSync(path.join(workspace, 'lock.json'))).toBe(false);
    const store = openStore(path.join(workspace, 'tessera.sqlite'));
    expect(store.jobs.get(id)?.status).toBe('interrupted');
    store.close();
  });
});
