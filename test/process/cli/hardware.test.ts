import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Hardware } from '../../../src-main/contract/values/hardware.ts';
import { temporaryFolder } from '../../support/app.ts';

const main = fileURLToPath(new URL('../../../src-main/cli/main.ts', import.meta.url));

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder('cli-hardware');
});
afterAll(() => folder.remove());

function hardware(...args: string[]) {
  const env = {
    ...process.env,
    TESSERA_HOME: `${folder.path}/home`,
    HOME: folder.path,
    USERPROFILE: folder.path,
  };
  const all = [main, 'hardware', ...args];
  return spawnSync(process.execPath, all, { encoding: 'utf8', env });
}

it('tells what was found, sets the default device, and refuses one that is not usable', () => {
  const first = Hardware.parse(JSON.parse(hardware('--json').stdout));
  expect(first.defaultDevice).toBe('auto');
  expect(first.providers.find(({ name }) => name === 'cpu')).toMatchObject({ usable: true });

  const chosen = Hardware.parse(JSON.parse(hardware('--device', 'cpu', '--json').stdout));
  expect(chosen).toMatchObject({ defaultDevice: 'cpu', auto: 'cpu', testedAt: first.testedAt });
  expect(hardware().stdout).toMatch(/cpu +Processor \(CPU\) .* in use/);

  const absent = first.providers.find(({ usable }) => !usable);
  const refused = hardware('--device', absent?.name ?? '');
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('This computer cannot use')]);

  expect(existsSync(`${folder.path}/Tessera`)).toBe(false); // none of this made a workspace
  const named = hardware('--workspace', `${folder.path}/w`);
  expect([named.status, named.stderr]).toEqual([1, expect.stringContaining('There is no folder')]);
});
