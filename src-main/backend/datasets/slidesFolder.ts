import { stat } from 'node:fs/promises';
import path from 'node:path';

/** One slide, or its annotations. */
const FILE = /\.(svs|tiff?|(geo)?json(\.gz)?)$/i;

/** The folder that the slides of annotated slides lie in: what the user pointed at, or where that file lies. Of what is gone the name tells. */
export async function slidesFolder(source: string): Promise<string> {
  const there = await stat(source).catch(() => null);
  const isFile = there ? !there.isDirectory() : FILE.test(source);
  return isFile ? path.dirname(source) : source;
}
