import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { workerKinds } from '../../../src-main/contract/worker.ts';

const CHILD = fileURLToPath(new URL('probeChild.ts', import.meta.url));

/** In a child process, since a broken graphics driver may end it. */
function probe(env: NodeJS.ProcessEnv = {}) {
  const { stdout } = spawnSync(process.execPath, [CHILD], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return workerKinds.probe.result.parse(JSON.parse(stdout));
}

it('finds the processor, and says of the GPU what it is or why it is not used', () => {
  const [cpu, webgpu, ...others] = probe();
  expect(others).toEqual([]);
  expect(cpu).toMatchObject({ name: 'cpu', usable: true, software: false, note: null });
  expect(cpu?.device).not.toBe('');
  expect(webgpu?.name).toBe('webgpu');
  if (webgpu?.usable !== true || webgpu.software) expect(webgpu?.note).toMatch(/\w+/);
});

it.skipIf(process.platform !== 'linux')('says that there is no GPU where no driver can be loaded', () => {
  const [, webgpu] = probe({ VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json' });
  expect(webgpu).toMatchObject({ usable: false, software: false });
  expect(webgpu?.note).toContain('No GPU with a working driver was found');
});
