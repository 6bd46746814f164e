import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectFirstStep, expectTenSteps } from './agreement.ts';
import { CASES, loadFixture } from './fixture.ts';

const python = (...args: string[]) => spawnSync('python3', ['-B', ...args], { encoding: 'utf8' });

/** Other weights and images than the committed ones; chosen so that ten steps in PyTorch's own float32 are not chaotic. */
const SEED = 6;

const hasTorch = python('-c', 'import numpy, torch').status === 0;

describe.skipIf(!hasTorch)('the PyTorch of this computer', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tessera-parity-'));
    const { status, stderr } = python(
      path.join(import.meta.dirname, 'make_fixtures.py'),
      folder,
      String(SEED),
    );
    expect(status, stderr).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(CASES)('computes the same as Tessera: %s', async (name) => {
    const fixture = loadFixture(name, folder);
    await expectFirstStep(fixture);
    await expectTenSteps(fixture);
  });
});
