import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HealthReport } from '../../../src-main/contract/values/health.ts';
import { writeTiles } from '../../support/tiles.ts';

const main = fileURLToPath(new URL('../../../src-main/cli/main.ts', import.meta.url));

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'tessera-check-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

async function tessera(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [main, 'dataset', ...args, '--workspace', path.join(folder, 'w')],
    { env: { ...process.env, TESSERA_HOME: path.join(folder, 'home') } },
  );
  return stdout;
}

it('checks a dataset and tells of a test patch that is in training too', async () => {
  const root = path.join(folder, 'tiles');
  await writeTiles(path.join(root, 'train'), 4, 32, 1);
  await writeTiles(path.join(root, 'test'), 4, 32, 2);
  copyFileSync(path.join(root, 'train/down/down-001.png'), path.join(root, 'test/down/same.png'));
  await tessera('import', root, '--name', 'two');

  const text = await tessera('check', 'two');
  expect(text).toMatch(/^two: 25 patches were looked at\./);
  expect(text).toMatch(
    /! Leakage: 1 patch of the test split \(7\.7 % of it\) is the same file as one of the training/,
  );
  expect(text).toMatch(
    /train\/down\/down-001\.png +down · train +test\/down\/same\.png +down · test +nothing/,
  );
  expect(text).toMatch(/between splits +1 +\d/);

  const report = JSON.parse(await tessera('check', '1', '--json')) as HealthReport;
  expect(report).toMatchObject({ datasetId: 1, stale: false, health: { read: 25, broken: 0 } });
  expect(report.health.channels?.mean).toHaveLength(3);
});
