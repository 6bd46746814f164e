import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeAtomic } from '../../base/atomicFile.ts';

/** Where the bytes of a part came from: what tells whether the rest there still belongs to them. */
export const PartState = z.object({
  url: z.string(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  total: z.number().nullable(),
});
export type PartState = z.infer<typeof PartState>;

export const partFile = (file: string): string => `${file}.part`;
export const stateFile = (file: string): string => `${file}.part.json`;

/** null where there is none, or none that can be read: the download then begins anew. */
export async function readState(file: string): Promise<PartState | null> {
  try {
    return PartState.parse(JSON.parse(await readFile(stateFile(file), 'utf8')));
  } catch {
    return null;
  }
}

export const writeState = (file: string, state: PartState): Promise<void> =>
  writeAtomic(stateFile(file), JSON.stringify(state));

/**
 * The headers that ask for the rest of a file; null: it has to be asked for whole, because nothing would tell if the server had
 * another file by now.
 * @param verified whether a checksum will tell in the end
 */
export function rangeHeaders(
  from: number,
  url: string,
  state: PartState | null,
  verified: boolean,
): Record<string, string> | null {
  if (from === 0) return null;
  const range = { range: `bytes=${from}-` };
  // A tag means something to the server that gave it only, and a weak one does not promise equal bytes.
  const own = state?.url === url ? state : null;
  const strong = own?.etag?.startsWith('W/') ? null : own?.etag;
  const validator = strong ?? own?.lastModified ?? null;
  if (validator !== null) return { ...range, 'if-range': validator };
  return verified ? range : null;
}
