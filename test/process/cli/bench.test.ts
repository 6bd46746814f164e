import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../../src-main/cli/main.ts', import.meta.url));

let home: string;
beforeEach(() => void (home = mkdtempSync(path.join(tmpdir(), 'tessera-home-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

function bench(...args: string[]) {
  const env = { ...process.env, HOME: home, USERPROFILE: home, TESSERA_WORKSPACE: undefined };
  const child = spawn(process.execPath, [main, 'bench', ...args], { env });
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[code], out, err]) => ({ code: code as number | null, out, err }),
  );
  return { child, ended };
}

it('measures without a workspace and prints JSON', async () => {
  const { code, out, err } = await bench('--only', 'pipeline', '--no-peer', '--json').ended;
  expect(code).toBe(0);
  expect(err).toMatch(/^pipeline jpeg 224 px batch 32: Tessera, round 1 of 3$/m);
  const { threads, lines } = JSON.parse(out) as { threads: number; lines: unknown[] };
  expect(threads).toBe(2);
  expect(lines).toMatchObject([
    { unit: 'images/s', ours: expect.any(Number), peer: null, must: 1, met: null },
  ]);
  expect(readdirSync(home)).toEqual([]);
});

it('stops at Ctrl-C', async () => {
  const { child, ended } = bench('--only', 'training resnet34', '--no-peer');
  child.stderr.once('data', () => child.kill('SIGINT'));
  expect(await ended).toMatchObject({ code: 130, out: 'Stopped.\n' });
});

it('names what can be measured', async () => {
  const { code, err } = await bench('--only', 'nonsense').ended;
  expect(code).toBe(1);
  expect(err).toMatch(/“nonsense”.*training resnet34 96 px batch 16; /);
});
