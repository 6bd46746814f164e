import { cp } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'vitest';

/** Makes a settings folder like that of a user who has started Tessera before: devices are not tested again. @returns its path */
export async function testedHome(folder: string): Promise<string> {
  const home = path.join(folder, 'home');
  await cp(inject('testedHome'), home, { recursive: true });
  return home;
}
