import { counted } from '../../base/words.ts';
import { areaOf, GeometryError, polygonsOf, type Polygon } from './geometry.ts';
import { parseFeature } from './feature.ts';
import { readGeoJson } from './readGeoJson.ts';

/** An area of a slide that somebody gave a class. */
export interface Annotation {
  /** null: QuPath's class "Ignore*". Nothing is cut there, whatever lies below. */
  readonly className: string | null;
  readonly polygons: readonly Polygon[];
  /** Level-0 pixels. */
  readonly area: number;
}

export interface Annotations {
  /** In the file's order. */
  readonly list: readonly Annotation[];
  /** What was left out and why, as sentences. */
  readonly notes: readonly string[];
  /** Features that cannot be used, as sentences. */
  readonly wrong: readonly string[];
}

/** Further wrong ones are counted. */
const MOST_NAMED = 20;

/**
 * The annotations of a slide that QuPath (or another program in its form) exported as GeoJSON. A feature that is wrong harms no other one.
 * @throws UserError naming the file where nothing can be read from it
 */
export async function readAnnotations(file: string): Promise<Annotations> {
  const list: Annotation[] = [];
  const wrong: string[] = [];
  const left = { unclassified: 0, shapeless: 0, made: 0, ignored: new Map<string, number>() };
  // The last is taken first: reversed, features and those within them come in the file's order.
  const waiting = [...(await readGeoJson(file))].reverse();
  for (let number = 1; waiting.length > 0; number++) {
    const feature = parseFeature(waiting.pop());
    if ('wrong' in feature) {
      wrong.push(`Feature ${number}: ${feature.wrong}.`);
      continue;
    }
    for (const child of feature.children.toReversed()) waiting.push(child);
    const { className } = feature;
    if (!feature.isAnnotation) left.made++;
    else if (className === null) left.unclassified++;
    else if (className.endsWith('*') && !isIgnore(className))
      left.ignored.set(className, (left.ignored.get(className) ?? 0) + 1);
    else
      try {
        const polygons = polygonsOf(feature.geometry);
        const area = polygons.reduce((sum, polygon) => sum + areaOf(polygon), 0);
        if (polygons.length === 0) left.shapeless++;
        else list.push({ className: isIgnore(className) ? null : className, polygons, area });
      } catch (error) {
        if (!(error instanceof GeometryError)) throw error;
        wrong.push(`Feature ${number}${feature.name ? ` (${feature.name})` : ''}: ${error.message}.`);
      }
  }
  return { list, notes: sentences(list, left), wrong: shortened(wrong) };
}

/** QuPath's class for what no classifier shall learn from. Other classes with a star are only drawn around what is looked at. */
const isIgnore = (className: string) => /^ignore\*$/i.test(className);

function sentences(
  list: readonly Annotation[],
  left: { unclassified: number; shapeless: number; made: number; ignored: ReadonlyMap<string, number> },
): string[] {
  const blank = list.filter(({ className }) => className === null).length;
  return [
    ...(blank > 0 ? [`Nothing is cut where ${counted(blank, 'annotation')} of Ignore* ${lie(blank)}.`] : []),
    ...[...left.ignored].map(
      ([name, count]) =>
        `${counted(count, 'annotation')} of ${name} ${were(count)} left out: a star marks classes that are not learnt.`,
    ),
    ...(left.unclassified > 0
      ? [`${counted(left.unclassified, 'annotation')} without a class ${were(left.unclassified)} left out.`]
      : []),
    ...(left.shapeless > 0
      ? [`${counted(left.shapeless, 'point or line', 'points or lines')} ${were(left.shapeless)} left out.`]
      : []),
    ...(left.made > 0
      ? [
          `${counted(left.made, 'detection, tile or core', 'detections, tiles or cores')} ${were(left.made)} left out: patches are cut from annotations.`,
        ]
      : []),
  ];
}

const were = (count: number) => (count === 1 ? 'was' : 'were');
const lie = (count: number) => (count === 1 ? 'lies' : 'lie');

function shortened(wrong: readonly string[]): string[] {
  const more = wrong.length - MOST_NAMED;
  return more > 0 ? [...wrong.slice(0, MOST_NAMED), `And ${more.toLocaleString('en')} more.`] : [...wrong];
}
