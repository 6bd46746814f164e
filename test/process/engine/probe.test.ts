import { spawnSync } from 'node:child_process';
import { getPriority, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { ResolvedDevice } from '../../../src-main/contract/values/run.ts';
import { workerKinds } from '../../../src-main/contract/worker.ts';

const CHILD = fileURLToPath(new URL('probeChild.ts', import.meta.url));
const linux = process.platform === 'linux' && process.arch === 'x64';

/** The Vulkan driver of a software GPU. */
const icd = process.env.TESSERA_TEST_VK_ICD;

function probe(device: ResolvedDevice, env: NodeJS.ProcessEnv = {}) {
  const { stdout } = spawnSync(process.execPath, [CHILD, device], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const { result, priority } = JSON.parse(stdout) as { result: unknown; priority: number };
  expect(priority, 'what a person does meanwhile goes first').toBeGreaterThan(getPriority());
  return workerKinds.probe.result.parse(result);
}

it('finds the processor, and how fast it trains', () => {
  const { device, imagesPerSecond, ...cpu } = probe('cpu');
  expect(cpu).toEqual({ name: 'cpu', usable: true, absent: null, software: false, note: null, how: null });
  expect(device).not.toBe('');
  expect(imagesPerSecond).toBeGreaterThan(0.1);
});

it.skipIf(!linux)('says that there is no GPU where no driver can be loaded', () => {
  const webgpu = probe('webgpu', { VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json' });
  expect(webgpu).toMatchObject({ usable: false, absent: null, software: false, imagesPerSecond: null });
  expect(webgpu.note).toContain('No GPU with a working driver was found');
});

it.skipIf(icd === undefined)('tells a software GPU, which is right but not worth measuring', () => {
  const webgpu = probe('webgpu', { VK_ICD_FILENAMES: icd, XDG_RUNTIME_DIR: tmpdir() });
  expect(webgpu).toMatchObject({ usable: true, software: true, imagesPerSecond: null });
  expect(webgpu.note).toContain('slower than the processor');
});

it.skipIf(!linux)('says of what is not there whether it can be added, and how', () => {
  expect(probe('dml')).toMatchObject({ usable: false, absent: 'elsewhere', note: 'only on Windows' });
  expect(probe('coreml')).toMatchObject({ usable: false, absent: 'elsewhere', note: 'only on macOS' });
  for (const device of ['cuda', 'tensorflow'] as const) {
    const { absent, note, how } = probe(device);
    if (absent === null) continue; // this computer has it
    expect([absent, note]).toEqual(['optional', expect.stringMatching(/^not installed: optional/)]);
    expect(how).toMatch(/install/);
  }
});
