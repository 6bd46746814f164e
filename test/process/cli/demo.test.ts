import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../../src-main/cli/main.ts', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'tessera-demo-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

interface Demo {
  readonly test: { readonly accuracy: number };
  readonly slide: { readonly patches: number; readonly patchesPerSecond: number };
  readonly files: Readonly<Record<'onnx' | 'geojson' | 'csv' | 'png', string>>;
  readonly seconds: number;
  readonly workspace: string;
}

describe('the demo', () => {
  it('goes from nothing to exported files in under three minutes, with at least 90 % on its test patches', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [main, 'demo', '--workspace', path.join(folder, 'w'), '--json'],
      { env: { ...process.env, TESSERA_HOME: path.join(folder, 'home') } },
    );
    const { test, slide, files, seconds, workspace } = JSON.parse(stdout) as Demo;
    expect(workspace).toBe(path.join(folder, 'w'));
    expect(test.accuracy).toBeGreaterThanOrEqual(0.9);
    expect(slide.patches).toBeGreaterThan(500);
    expect(seconds).toBeLessThan(180);
    expect(Object.keys(files).sort()).toEqual(['csv', 'geojson', 'onnx', 'png']);
    for (const file of Object.values(files)) expect(statSync(file).size).toBeGreaterThan(1000);
  });
});
