import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../base/errors.ts';

const START_TIMEOUT_MS = 30_000;
/** The backend closes its database and ends its workers in this time, or is killed. */
const STOP_TIMEOUT_MS = 8_000;
/** Kept of what the backend wrote to stderr, for a report of why it ended. */
const TAIL_CHARACTERS = 4_000;

/** The running backend. */
export interface Backend {
  /** The page's origin: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly token: string;
  /** Resolves, never rejects, with a one-line reason when the process has ended. */
  readonly ended: Promise<string>;
  /** True once `stop` was called. */
  readonly stopping: boolean;
  /** Closes its stdin, by which it ends itself; kills it after a while. Resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts the backend on the shipped Node and waits until it listens.
 * @param root the application's folder
 * @throws UserError when there is no Node for this machine, or the backend ends or stays silent
 */
export async function startBackend(root: string): Promise<Backend> {
  const child = spawn(nodeBinary(root), [path.join(root, 'src-main/backend/main.ts'), '--handshake'], {
    cwd: root,
    // stdin stays open as a lifeline: it closes when this process dies in whatever way, and the backend then ends.
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const ended = endOf(child);
  const { port, token } = await handshake(child, ended);
  let stopping = false;
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    ended,
    get stopping() {
      return stopping;
    },
    async stop() {
      stopping = true;
      child.stdin?.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** TESSERA_NODE, else the Node that npm installed for this platform. Electron's own Node will not do (see the design). */
function nodeBinary(root: string): string {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const executable = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  const packages = ['node', 'node-bin'].map((prefix) => `${prefix}-${platform}-${process.arch}`);
  const candidates = packages.map((name) => path.join(root, 'node_modules', name, executable));
  if (process.env.TESSERA_NODE) candidates.unshift(process.env.TESSERA_NODE);
  const found = candidates.find((file) => existsSync(file));
  if (!found)
    throw new UserError(
      `The Node program that belongs to Tessera is missing (looked for ${candidates.join(', ')}). Install Tessera again.`,
    );
  return found;
}

function endOf(child: ChildProcess): Promise<string> {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    process.stderr.write(text);
    tail = (tail + text).slice(-TAIL_CHARACTERS);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // 'close', not 'exit': stderr has then been read to its end.
    child.once('close', (code, signal) => {
      const how = signal ? `ended by ${signal}` : `exit code ${code}`;
      resolve(tail ? `${how}\n${tail.trim()}` : how);
    });
  });
}

async function handshake(
  child: ChildProcess,
  ended: Promise<string>,
): Promise<{ port: number; token: string }> {
  let timer: NodeJS.Timeout | undefined;
  const silent = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new UserError(`Tessera’s backend did not answer within ${START_TIMEOUT_MS / 1000} s. Try again.`),
      );
    }, START_TIMEOUT_MS);
  });
  const died = ended.then((reason) => {
    throw new UserError(`Tessera’s backend ended before it was ready: ${reason}`);
  });
  try {
    return await Promise.race([firstLine(child).then(parseHandshake), died, silent]);
  } finally {
    clearTimeout(timer);
    died.catch(() => undefined); // raced; a later end is reported through `ended`
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk; // also keeps the pipe empty after the handshake
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
  });
}

function parseHandshake(line: string): { port: number; token: string } {
  const value: unknown = JSON.parse(line);
  if (typeof value === 'object' && value !== null && 'port' in value && 'token' in value) {
    const { port, token } = value;
    if (typeof port === 'number' && typeof token === 'string') return { port, token };
  }
  throw new UserError('Tessera’s backend gave no address. Install Tessera again.');
}
