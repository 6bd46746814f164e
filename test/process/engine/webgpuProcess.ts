import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The Vulkan driver of a software GPU, for machines without a real one. */
const icd = process.env.TESSERA_TEST_VK_ICD;

/**
 * Runs a script of this folder that works with WebGPU, in a process of its own: a broken graphics driver ends it, and nothing else.
 * The script prints `{opened, reason?}` and then its result, each as a line of JSON.
 */
export function runWebgpuScript(file: string, flags: readonly string[] = [], args: readonly string[] = []) {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const env = icd ? { ...process.env, VK_ICD_FILENAMES: icd, XDG_RUNTIME_DIR: tmpdir() } : process.env;
  const command = [...flags, script, ...args];
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, command, { encoding: 'utf8', env });
  const [opening, result] = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const ended = `the process ended (${signal ?? status}): ${stderr}`;
  return { unavailable: opening?.opened ? null : String(opening?.reason ?? ended), result, stderr };
}
