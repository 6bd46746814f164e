import { createRequire } from 'node:module';
import type { Absence } from '../probedProvider.ts';
import { INSTALL, PACKAGE } from './load.ts';

/** What libtensorflow with CUDA is built for. */
const SYSTEMS = ['linux-x64', 'win32-x64'];

/**
 * Why TensorFlow cannot be opened here at all; null where it can be tried.
 * @param system e.g. linux-x64; @param resolve finds a package or throws; both for tests
 */
export function tensorflowAbsence(
  system = `${process.platform}-${process.arch}`,
  resolve: (name: string) => string = createRequire(import.meta.url).resolve,
): Absence | null {
  if (!SYSTEMS.includes(system))
    return { absent: 'elsewhere', note: 'only on Linux and Windows on x64 processors', how: null };
  try {
    resolve(PACKAGE);
    return null;
  } catch {
    const note = 'not installed: optional. It needs an NVIDIA card with CUDA 11.2 and cuDNN 8.1';
    return { absent: 'optional', note, how: INSTALL };
  }
}
