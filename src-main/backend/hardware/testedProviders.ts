import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../base/atomicFile.ts';
import { Timestamp } from '../../contract/values/common.ts';
import { Provider } from '../../contract/values/hardware.ts';

/** What the last test of the providers showed. */
export const TestedProviders = z.object({
  /** What it was true for: versions, system, graphics cards. */
  key: z.array(z.string()),
  testedAt: Timestamp,
  providers: z.array(Provider),
});
export type TestedProviders = z.infer<typeof TestedProviders>;

/** Keeps it in the user's folder, because the test takes a while. */
export function testedProvidersFile(folder: string) {
  const file = path.join(folder, 'hardware.json');
  return {
    /** null: never tested, or something in the key has changed since. */
    async read(key: readonly string[]): Promise<TestedProviders | null> {
      const text = await readFile(file, 'utf8').catch(() => 'null');
      const { data } = TestedProviders.safeParse(parseOrNull(text));
      return data?.key.join('\n') === key.join('\n') ? data : null;
    },
    write: (tested: TestedProviders) => writeAtomic(file, `${JSON.stringify(tested, null, 2)}\n`),
  };
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
