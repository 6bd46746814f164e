import path from 'node:path';
import { naturalOrder } from '../../data/import/names.ts';

interface Matched {
  /** Slide and annotations. */
  readonly pairs: [slide: string, file: string][];
  /** Slides for which there is nothing. */
  readonly slides: string[];
  /** Annotations of no slide. */
  readonly files: string[];
  /** Annotations of several slides, with these. */
  readonly ambiguous: [file: string, slides: string[]][];
  /** Annotations of a slide that has better ones, with these. */
  readonly surplus: [file: string, taken: string][];
}

/** What a slide's annotations may be called, the surest first: QuPath proposes the image's whole name. */
export function slideNames(slide: string): string[] {
  const stem = slide.replace(/\.[^./]+$/, '');
  return [slide, stem, stem.replace(/\.ome$/i, '')];
}

const nameOf = (file: string): string => file.replace(/\.gz$/i, '').replace(/\.[^./]+$/, '');

/** A .json beside a slide may be anything, so that a .geojson comes before it. */
const PLAIN_JSON = 10;
const isPlain = (file: string) => /\.json(\.gz)?$/i.test(file);

/**
 * Which annotations belong to which slide: those of the same path, else of the same name in another folder.
 * @param slides relative paths; @param files relative paths of annotations
 * @param told all files belong to the one slide
 */
export function matchByName(slides: readonly string[], files: readonly string[], told = false): Matched {
  const byPath = owners(slides, (slide) => slide);
  const byName = owners(slides, path.posix.basename);
  const result: Matched = { pairs: [], slides: [], files: [], ambiguous: [], surplus: [] };
  const taken = new Map<string, { file: string; rank: number }>();
  for (const file of [...files].sort(naturalOrder)) {
    const name = nameOf(file);
    const found = told
      ? slides.map((slide) => ({ slide, rank: 0 }))
      : (byPath.get(name) ?? byName.get(path.posix.basename(name)) ?? []);
    const best = Math.min(...found.map(({ rank }) => rank));
    const [owner, ...others] = found.filter(({ rank }) => rank === best);
    if (!owner) result.files.push(file);
    else if (others.length > 0) result.ambiguous.push([file, [owner, ...others].map(({ slide }) => slide)]);
    else {
      const rank = owner.rank + (isPlain(file) ? PLAIN_JSON : 0);
      const before = taken.get(owner.slide);
      const wins = !before || rank < before.rank;
      if (before) result.surplus.push(wins ? [before.file, file] : [file, before.file]);
      if (wins) taken.set(owner.slide, { file, rank });
    }
  }
  for (const [slide, { file }] of taken) result.pairs.push([slide, file]);
  const spokenFor = new Set([...taken.keys(), ...result.ambiguous.flatMap(([, list]) => list)]);
  result.slides.push(...slides.filter((slide) => !spokenFor.has(slide)).sort(naturalOrder));
  return result;
}

interface Owner {
  readonly slide: string;
  /** 0: the surest. */
  readonly rank: number;
}

/** The slides that each name may belong to. @param of what a slide is called */
function owners(slides: readonly string[], of: (slide: string) => string): Map<string, Owner[]> {
  const map = new Map<string, Owner[]>();
  for (const slide of [...slides].sort(naturalOrder))
    for (const [rank, name] of slideNames(of(slide)).entries()) {
      const known = map.get(name) ?? [];
      if (known.some((owner) => owner.slide === slide)) continue;
      known.push({ slide, rank });
      map.set(name, known);
    }
  return map;
}
