import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What decides whether a window can be opened. */
export interface Surroundings {
  readonly root: string;
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The Electron binary and null, or null and why there can be no window and what to do about it.
 * Looks only at files: importing the `electron` package would download the binary.
 */
export function findElectron({ root, platform, env }: Surroundings): {
  binary: string | null;
  why: string | null;
} {
  const displayed = platform !== 'linux' || Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY);
  if (!displayed)
    return { binary: null, why: 'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)' };
  const binary = binaryPath(root, platform, env);
  if (existsSync(binary)) return { binary, why: null };
  return { binary: null, why: 'Electron’s binary is not installed (to install it: npx install-electron)' };
}

const executables: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

function binaryPath(root: string, platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  const installed = path.join(root, 'node_modules', 'electron');
  const pathFile = path.join(installed, 'path.txt');
  const executable = existsSync(pathFile)
    ? readFileSync(pathFile, 'utf8').trim()
    : (executables[platform] ?? 'electron');
  return path.join(env.ELECTRON_OVERRIDE_DIST_PATH ?? path.join(installed, 'dist'), executable);
}
