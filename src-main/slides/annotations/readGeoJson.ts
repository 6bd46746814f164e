import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { UserError, reasonOf } from '../../base/errors.ts';

/** Of the text. Annotations drawn by people take a few MB; what is larger holds every cell. */
const MAX_BYTES = 256 * 2 ** 20;
const WITHOUT_DETECTIONS =
  'Export it from QuPath again, annotations only: without cells and other detections';

/**
 * The features of a GeoJSON file, plain or gzipped: of a FeatureCollection, a bare list (QuPath before 0.3) or one feature.
 * @returns not validated
 * @throws UserError naming the file
 */
export async function readGeoJson(file: string): Promise<readonly unknown[]> {
  const value = parse(file, await textOf(file));
  const { features, type } = (value ?? {}) as { features?: unknown; type?: unknown };
  if (Array.isArray(value)) return value;
  if (Array.isArray(features)) return features;
  if (type === 'Feature') return [value];
  throw new UserError(`${file} holds no annotations: it is not GeoJSON as QuPath exports it.`);
}

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw tooLarge(file);
    const bytes = await readFile(file);
    if (!/\.gz$/i.test(file)) return new TextDecoder().decode(bytes);
    return new TextDecoder().decode(await promisify(gunzip)(bytes, { maxOutputLength: MAX_BYTES }));
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(file);
    if (code?.startsWith('Z_'))
      throw new UserError(`${file} is damaged or cut off. Copy or export it again.`);
    throw new UserError(`${file} could not be read: ${reasonOf(error)}.`);
  }
}

const tooLarge = (file: string) =>
  new UserError(`${file} is larger than ${MAX_BYTES / 2 ** 20} MB. ${WITHOUT_DETECTIONS}.`);

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const repaired = withoutBareNumbers(text);
    if (repaired !== text)
      try {
        return JSON.parse(repaired);
      } catch {
        // the first reason holds
      }
    const position = Number(/at position (\d+)/.exec(reasonOf(error))?.[1]);
    const cut = /unexpected end|unterminated/i.test(reasonOf(error)) || position >= text.trimEnd().length;
    throw new UserError(
      text.trim() === ''
        ? `${file} is empty. Export the annotations again.`
        : `${file} ${cut ? 'is cut off: its end is missing' : 'is damaged, or not GeoJSON'}. Copy or export it again.`,
      reasonOf(error),
    );
  }
}

/**
 * QuPath writes measurements that are no number as bare NaN, which JSON does not know. Strings stay as they are. They are not matched as a
 * whole: one of some MB, as damage makes them, would overflow the stack.
 */
function withoutBareNumbers(text: string): string {
  let inString = false;
  return text.replace(/\\["\\]|"|-?\b(?:NaN|Infinity)\b/g, (match) => {
    if (match === '"') inString = !inString;
    return inString || match.startsWith('\\') || match === '"' ? match : 'null';
  });
}
