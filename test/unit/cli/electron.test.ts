import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findElectron } from '../../../src-main/cli/electron.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tessera-electron-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(...parts: string[]): string {
  const file = path.join(root, ...parts);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  return file;
}

const find = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv) => findElectron({ root, platform, env });

describe('findElectron', () => {
  it('takes the installed binary where there is a display', () => {
    const binary = put('node_modules', 'electron', 'dist', 'electron');
    expect(find('linux', { DISPLAY: ':0' })).toEqual({ binary, why: null });
    expect(find('linux', { WAYLAND_DISPLAY: 'wayland-0' }).binary).toBe(binary);
  });

  it('prefers the folder that the environment names', () => {
    put('node_modules', 'electron', 'dist', 'electron');
    const binary = put('elsewhere', 'electron');
    const env = { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: path.dirname(binary) };
    expect(find('linux', env).binary).toBe(binary);
  });

  it('knows each platform, none but Linux needing a display variable', () => {
    const mac = put('node_modules', 'electron', 'dist', 'Electron.app', 'Contents', 'MacOS', 'Electron');
    expect(find('darwin', {}).binary).toBe(mac);
    expect(find('win32', {}).binary).toBeNull();
  });

  it('says what is missing', () => {
    expect(find('linux', { DISPLAY: ':0' })).toEqual({
      binary: null,
      why: expect.stringMatching(/not installed/),
    });
    put('node_modules', 'electron', 'dist', 'electron');
    expect(find('linux', {})).toEqual({ binary: null, why: expect.stringMatching(/no display/) });
  });
});
