import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';

const root = path.resolve(import.meta.dirname, '../..');

/** Electron's executable: of ELECTRON_OVERRIDE_DIST_PATH, else what the `electron` package downloaded; null: neither. */
function electronBinary(): string | null {
  const electron = path.join(root, 'node_modules/electron');
  const name = path.join(electron, 'path.txt');
  const file = existsSync(name) ? readFileSync(name, 'utf8') : 'electron';
  const binary = path.join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? path.join(electron, 'dist'), file);
  return existsSync(binary) ? binary : null;
}

const hasXvfb = (): boolean => spawnSync('Xvfb', ['-help'], { stdio: 'ignore' }).error === undefined;

/** Why the window cannot be tested here; null where it can. */
export function whyNoElectron(): string | null {
  if (!electronBinary()) return 'there is no Electron binary (set ELECTRON_OVERRIDE_DIST_PATH)';
  if (process.platform === 'linux' && !process.env.DISPLAY && !hasXvfb())
    return 'there is neither a display nor Xvfb';
  return null;
}

/** A display to draw on: the present one, else an Xvfb of its own on a number that it finds free. */
export async function startDisplay(): Promise<{ name: string | undefined; stop: () => void }> {
  if (process.platform !== 'linux' || process.env.DISPLAY)
    return { name: process.env.DISPLAY, stop: () => undefined };
  const args = ['-displayfd', '1', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'];
  const server: ChildProcess = spawn('Xvfb', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const number = await new Promise<string>((resolve, reject) => {
    server.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()));
    server.once('exit', (code) => reject(new Error(`Xvfb ended with exit code ${code}.`)));
  });
  return { name: `:${number}`, stop: () => server.kill() };
}

/** A running window with folders of its own. */
export interface Shell {
  readonly app: ElectronApplication;
  /** Electron's main process. */
  readonly running: ChildProcess;
  readonly page: Page;
  /** A fresh folder for the test; `home` and `profile` below it belong to the application. */
  readonly folder: string;
  /** Quits whatever runs, without questions, and removes the folder. */
  close(): Promise<void>;
}

/** Starts the built application as a user would, on the given display. */
export async function launchShell(display: string | undefined): Promise<Shell> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-shell-'));
  const profile = path.join(folder, 'profile');
  await mkdir(profile);
  const app = await _electron.launch({
    executablePath: electronBinary() ?? '',
    // Root, as in a container, has to do without Chromium's own sandbox; --disable-gpu: Xvfb has none.
    args: [root, '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`],
    env: { ...definedEnvironment(), DISPLAY: display ?? '', TESSERA_HOME: path.join(folder, 'home') },
  });
  const running = app.process(); // Playwright forgets it when it has ended
  const page = await app.firstWindow();
  return {
    app,
    running,
    page,
    folder,
    async close() {
      if (running.exitCode === null) {
        const ended = new Promise((resolve) => running.once('exit', resolve));
        await app.evaluate(({ app: main }) => main.exit()).catch(() => running.kill('SIGKILL'));
        await ended;
      }
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

function definedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
