import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const CHILD = fileURLToPath(new URL('webgpuChild.ts', import.meta.url));

/** The Vulkan driver of a software GPU, for machines without a real one. */
const icd = process.env.TESSERA_TEST_VK_ICD;
const env = icd ? { ...process.env, VK_ICD_FILENAMES: icd, XDG_RUNTIME_DIR: tmpdir() } : process.env;

it('trains and infers on WebGPU as on the CPU', (context) => {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [CHILD], { encoding: 'utf8', env });
  const [opening, result] = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  if (!opening?.opened) {
    const reason = opening?.reason ?? `the process ended (${signal ?? status}): ${stderr}`;
    process.stdout.write(`WebGPU is not tested here: ${reason}\n`);
    context.skip(reason);
  }
  expect(result, stderr).toEqual({
    gradients: [],
    statistics: [],
    state: [],
    loss: expect.any(Number),
    evaluation: expect.any(Number),
    classifier: expect.any(Number),
  });
  expect(result.loss).toBeLessThan(1e-3);
  expect(result.evaluation).toBeLessThan(1e-3);
  expect(result.classifier).toBeLessThan(1e-3);
});
