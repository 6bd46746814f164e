import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { completePath, prepareWorkspace } from '../../src-main/backend/workspace/prepare.ts';
import { temporaryFolder } from '../support/app.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder('prepare');
});
afterAll(() => folder.remove());

it('makes a workspace’s folder with those above it', async () => {
  const inside = path.join(folder.path, 'a/b/c');
  await prepareWorkspace(inside, true);
  expect(existsSync(inside)).toBe(true);
});

it('refuses a path that begins nowhere, rather than working where Tessera was started', () => {
  expect(() => completePath('Tessera')).toThrow(/^Tessera is not a complete path/);
  expect(() => completePath('~/Tessera')).toThrow(/not a complete path/);
  expect(completePath(`${folder.path}/x/`)).toBe(path.join(folder.path, 'x'));
});

// Node's recursive mkdir never answers there.
it.skipIf(process.platform !== 'linux')(
  'says that a folder cannot be made where the system says ENOENT',
  async () => {
    await expect(prepareWorkspace('/proc/none/deeper', true)).rejects.toThrow(
      /\/proc\/none.*could not be made/,
    );
  },
);
