import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { root, temporaryFolder } from './app.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A settings folder in which this computer's devices are known. */
    testedHome: string;
  }
}

/** Tests this computer's devices once, as a first start does, for all files that are about something else. */
export default async function testDevices({ provide }: TestProject): Promise<() => Promise<void>> {
  const home = await temporaryFolder('devices');
  await promisify(execFile)(process.execPath, ['src-main/cli/main.ts', 'hardware'], {
    cwd: root,
    env: { ...process.env, TESSERA_HOME: home.path },
  });
  provide('testedHome', home.path);
  return home.remove;
}
