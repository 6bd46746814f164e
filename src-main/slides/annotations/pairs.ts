import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { Split } from '../../contract/values/common.ts';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import { splitOfFolder } from '../../data/import/layout.ts';
import { naturalOrder } from '../../data/import/names.ts';
import { listFolder } from '../../data/import/walk.ts';
import { matchByName, slideNames } from './matchByName.ts';

/** A slide with the file of its annotations. */
export interface Pair {
  /** Relative to the source's root, with forward slashes. */
  readonly slide: string;
  readonly slideFile: string;
  /** Relative to where the annotations lie. */
  readonly annotations: string;
  readonly annotationsFile: string;
  /** From the folder `train`, `val` or `test` that the slide lies in. */
  readonly split: Split | null;
}

export interface AnnotatedSource {
  /** The folder that the slides' paths are relative to. */
  readonly root: string;
  /** In natural order of the slides. */
  readonly pairs: readonly Pair[];
  /** Slides without annotations, annotations without a slide, and links that lead out. */
  readonly leftOut: readonly BrokenFile[];
}

/**
 * What a slide's name ends in. Formats that cannot be opened are among them: their refusal, which says how to convert them, is of more use
 * than silence.
 */
const SLIDE = /\.(svs|tiff?|qptiff|btf|ndpi|scn|bif|mrxs|czi|vms|svslide)$/i;
const ANNOTATIONS = /\.(geojson|json)(\.gz)?$/i;
const SURELY_ANNOTATIONS = /\.geojson(\.gz)?$/i;

/** GeoJSON called .json says what it is within so many bytes. */
const HEAD_BYTES = 65_536;
/** So many .json files are looked into before a folder counts as something else. */
const LOOKED_INTO = 5;

export interface FindOptions {
  /** Where the annotations lie; null: beside the slides. */
  readonly annotations: string | null;
  /** Whether the user said that these are annotated slides. */
  readonly sure: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Files below a place. */
interface Place {
  readonly root: string;
  readonly files: readonly string[];
  readonly refused: readonly BrokenFile[];
  /** The one file that the user chose instead of a folder. */
  readonly only: string | null;
}

/**
 * Finds slides and their annotations in a folder; or of one slide; or the slide of one GeoJSON file.
 * @returns null where something else, or nothing, lies there
 * @throws UserError when nothing was found although these have to be annotated slides, saying what was looked for
 */
export async function findAnnotated(
  source: string,
  { annotations, sure, signal }: FindOptions,
): Promise<AnnotatedSource | null> {
  const place = await placeOf(path.resolve(source), signal);
  if (!place || (place.only !== null && !SLIDE.test(place.only) && !ANNOTATIONS.test(place.only)))
    return nothing(source, annotations, sure);
  const beside = annotations === null ? place : await placeOf(path.resolve(annotations), signal);
  if (!beside)
    throw new UserError(`${annotations} does not exist. Choose the folder of the annotations again.`);
  if (annotations !== null && beside.only !== null && !ANNOTATIONS.test(beside.only))
    throw new UserError(
      `${annotations} is no GeoJSON file (.geojson or .json). In QuPath: File › Export objects as GeoJSON.`,
    );
  const chosen = (pattern: RegExp, { only, files }: Place): readonly string[] =>
    only !== null && pattern.test(only) ? [only] : files.filter((file) => pattern.test(file));
  const slides = chosen(SLIDE, place);
  const files = chosen(ANNOTATIONS, beside);
  // One file for one slide needs no name in common.
  const told = annotations !== null && beside.only !== null && slides.length === 1;
  const match = matchByName(slides, files, told);
  const one = place.only !== null;
  const pairs = match.pairs
    .map(([slide, file]): Pair => ({
      slide,
      slideFile: path.join(place.root, slide),
      annotations: file,
      annotationsFile: path.join(beside.root, file),
      split: one ? null : splitOfFolder(slide),
    }))
    .sort((a, b) => naturalOrder(a.slide, b.slide));
  if (pairs.length === 0 && !match.ambiguous.length) return nothing(source, annotations, sure || one);
  if (!sure && annotations === null && !one && !(await anyGeoJson(pairs))) return null;
  return { root: place.root, pairs, leftOut: one ? [] : leftOut(match, place, beside, annotations) };
}

async function placeOf(where: string, signal: AbortSignal | undefined): Promise<Place | null> {
  const found = await stat(where).catch(() => null); // whoever looks next says that it is not there
  if (!found || !(found.isDirectory() || found.isFile())) return null; // a pipe or a device would be read for ever
  const wanted = (name: string) => SLIDE.test(name) || ANNOTATIONS.test(name);
  if (found.isDirectory()) {
    const { paths, refused } = await listFolder(where, signal, wanted);
    return { root: where, files: paths, refused, only: null };
  }
  const [root, only] = [path.dirname(where), path.basename(where)];
  const { paths } = await listFolder(root, signal, wanted, false);
  return { root, files: paths, refused: [], only };
}

function nothing(source: string, annotations: string | null, sure: boolean): null {
  if (!sure && annotations === null) return null;
  const where = annotations === null ? 'beside them' : `in ${annotations}`;
  throw new UserError(
    `No annotated slides were found in ${source}. Tessera looks for slides (.svs, .tif, .tiff) and, ${where}, for QuPath’s annotations of the same names: case3.geojson or case3.svs.geojson for case3.svs. In QuPath: File › Export objects as GeoJSON.`,
  );
}

type Match = ReturnType<typeof matchByName>;

function leftOut(match: Match, place: Place, beside: Place, annotations: string | null): BrokenFile[] {
  const where = annotations === null ? 'beside it' : `in ${annotations}`;
  return [
    ...place.refused,
    ...(beside === place ? [] : beside.refused),
    ...match.slides.map((slide) => ({
      path: slide,
      reason: `There are no annotations of this slide: ${candidates(slide)} is not ${where}.`,
    })),
    ...match.files
      .filter((file) => SURELY_ANNOTATIONS.test(file))
      .map((file) => ({
        path: file,
        reason: 'There is no slide for these annotations: both have to have the same name.',
      })),
    ...match.ambiguous.map(([file, owners]) => ({
      path: file,
      reason: `These annotations could belong to ${owners.join(' or ')}. ${toldApart(owners)}`,
    })),
    ...match.surplus
      .filter(([file]) => SURELY_ANNOTATIONS.test(file))
      .map(([file, taken]) => ({
        path: file,
        reason: `${taken} was taken for its slide instead. Remove one of the two.`,
      })),
  ];
}

/** How annotations say which of several slides they belong to. */
function toldApart(owners: readonly string[]): string {
  const [first = '', ...others] = new Set(owners.map((owner) => path.posix.basename(owner)));
  return others.length === 0
    ? 'Put the file beside its slide.'
    : `Call the file ${first}.geojson, or as its slide is called.`;
}

const candidates = (slide: string): string =>
  [...new Set(slideNames(path.posix.basename(slide)))]
    .reverse()
    .map((name) => `${name}.geojson`)
    .join(' or ');

/** Patches may have .json files of any kind beside them. */
async function anyGeoJson(pairs: readonly Pair[]): Promise<boolean> {
  if (pairs.length === 0 || pairs.some(({ annotationsFile }) => SURELY_ANNOTATIONS.test(annotationsFile)))
    return pairs.length > 0;
  for (const { annotationsFile } of pairs.slice(0, LOOKED_INTO))
    if (/"Feature(Collection)?"/.test(await headOf(annotationsFile))) return true;
  return false;
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file, 'r').catch(() => null); // not readable: no reason to take it for annotations
  if (!handle) return '';
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
