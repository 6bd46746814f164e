import { execFile, type ExecFileException } from 'node:child_process';

/** How a process ended that was to print JSON. */
export type ProcessOutcome =
  { readonly json: unknown } | { readonly missing: true } | { readonly failed: string };

/** Exit code by which a script says that something it needs is not installed. */
const NOT_INSTALLED = 3;

/**
 * Runs a program and reads the JSON that it prints.
 * @returns `missing` where the program, or what it needs, is not installed
 * @throws the signal's reason when cancelled
 */
export function processJson(
  file: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<ProcessOutcome> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { signal, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (error === null) resolve({ json: JSON.parse(stdout) as unknown });
      else if (isMissing(error)) resolve({ missing: true });
      else resolve({ failed: stderr || error.message });
    });
  });
}

function isMissing({ code }: ExecFileException): boolean {
  return code === 'ENOENT' || code === NOT_INSTALLED;
}
