import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { previewCutting } from '../../../src-main/backend/datasets/previewCutting.ts';
import { startBackend, type Backend } from '../../../src-main/backend/startBackend.ts';
import { workspaceFiles } from '../../../src-main/backend/workspace/files.ts';
import { httpClient } from '../../../src-main/cli/httpClient.ts';
import { defaultCutting } from '../../../src-main/contract/cuttingDefaults.ts';
import { processHost } from '../../../src-main/jobs/processHost.ts';
import { lives } from './lives.ts';

const workerEntry = fileURLToPath(new URL('./fixtures/busyPreviewWorker.ts', import.meta.url));

let folder: string;
let log: string;
let backend: Backend | null;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-preview-'));
  log = path.join(folder, 'processes');
  backend = null;
  process.env.TESSERA_HOME = path.join(folder, 'home');
});
afterEach(async () => {
  await backend?.close();
  rmSync(folder, { recursive: true, force: true });
});

const input = () => ({ path: log, annotations: null, cutting: defaultCutting(), slide: 0 });
const processes = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').map(Number) : []);

it('a preview ends when nobody waits for it any more, before the next one begins', async () => {
  backend = await startBackend({ workspace: path.join(folder, 'w'), workerEntry });
  const client = httpClient(backend);
  const ask = () => {
    const given = new AbortController();
    const answer = client('datasets.previewCutting', input(), given.signal).catch(() => 'none');
    return { leave: () => given.abort(), answer };
  };
  const first = ask();
  await expect.poll(() => processes().length, { timeout: 10_000 }).toBe(1);
  first.leave(); // settings were changed
  const second = ask();
  await expect.poll(() => processes().length, { timeout: 10_000 }).toBe(2);
  const [one = 0, two = 0] = processes();
  expect([lives(one), lives(two)]).toEqual([false, true]);
  second.leave(); // the dialog was closed
  await expect.poll(() => lives(two), { timeout: 10_000 }).toBe(false);
  expect([await first.answer, await second.answer]).toEqual(['none', 'none']);
}, 60_000);

it('a preview that takes too long is stopped, in words', async () => {
  const workplace = { host: processHost(workerEntry), files: workspaceFiles(path.join(folder, 'w')) };
  const { signal } = new AbortController();
  await expect(previewCutting(workplace, input(), signal, 500)).rejects.toThrow(
    /^Looking at .*processes took longer than 1 minutes and was stopped\. Choose fewer slides/,
  );
  for (const pid of processes()) expect(lives(pid)).toBe(false);
}, 60_000);
