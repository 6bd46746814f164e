import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { explain } from '../base/errors.ts';
import { serve } from './commands/serve.ts';
import { findElectron } from './electron.ts';

/* `npm start`: the Electron window where there can be one; otherwise the same application in a browser. */

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A window that ends with an error within this time never opened. */
const OPENING = 10_000;

/** Opens the window and waits for its end. @returns why it could not be opened; null: it was open */
async function openWindow(binary: string): Promise<string | null> {
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  if (asRoot) process.stderr.write('Running as root: Electron starts without its sandbox.\n');
  const begin = performance.now();
  const child = spawn(binary, [root, ...(asRoot ? ['--no-sandbox'] : [])], {
    stdio: 'inherit',
    env: { ...process.env, TESSERA_NODE: process.execPath },
  });
  process.on('SIGINT', () => {}); // the window gets it too, and asks before it quits over a running job
  const end = () => child.kill('SIGTERM');
  process.once('SIGTERM', end);
  const ended = await once(child, 'exit').catch((error: unknown) => error as Error);
  process.off('SIGTERM', end);
  if (ended instanceof Error) return ended.message;
  const [code, signal] = ended as [number | null, NodeJS.Signals | null];
  if (code === 0) return null;
  if (performance.now() - begin < OPENING)
    return `Electron could not start (${signal ?? `exit code ${code}`})`;
  process.exitCode = 1;
  return null;
}

try {
  const { binary, why } = findElectron({ root, platform: process.platform, env: process.env });
  const problem = binary ? await openWindow(binary) : why;
  if (problem !== null) {
    process.stderr.write(`${problem}; serving to the browser instead.\n`);
    process.removeAllListeners('SIGINT');
    await serve({});
  }
} catch (error) {
  process.stderr.write(`${explain(error).message}\n`);
  process.exitCode = 1;
}
