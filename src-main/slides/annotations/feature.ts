import { z } from 'zod';

/*
 * What QuPath writes of an object, over its versions: the type in `objectType` (0.4 on), `object_type` (0.3) or `id` (0.2); the class as
 * {name}, as {names: [parent, child]} (0.4 on), as {name, parentClass} (before) or, by other programs, as a string; objects
 * within it in `childObjects` where the hierarchy was exported.
 */

const Named = z.object({
  name: z.string().nullish(),
  names: z.array(z.string()).nullish(),
  get parentClass() {
    return Named.nullish();
  },
});
type Named = z.infer<typeof Named>;

const text = z.string().nullish();

/** A feature without its geometry, which is checked apart. */
const Feature = z.object({
  id: z.unknown().optional(),
  properties: z
    .object({
      objectType: text,
      object_type: text,
      type: text,
      name: z.unknown().optional(),
      classification: z.union([z.string(), Named]).nullish(),
      childObjects: z.array(z.unknown()).nullish(),
    })
    .nullish(),
});

/** Objects that QuPath makes, as opposed to annotations, which people draw. */
const MADE_BY_QUPATH = new Set([
  ...['tile', 'cell', 'detection', 'tmaCore', 'tma_core', 'root'],
  ...['PathTileObject', 'PathCellObject', 'PathDetectionObject', 'TMACoreObject', 'PathRootObject'],
]);

const LONGEST_NAME = 200;

export interface ParsedFeature {
  /** null: it has no class. */
  readonly className: string | null;
  readonly isAnnotation: boolean;
  /** What the user called it. */
  readonly name: string | null;
  readonly geometry: unknown;
  /** Features within it. */
  readonly children: readonly unknown[];
}

/** @returns the reason, in words that follow "Feature 3: ", where it is no feature of QuPath's */
export function parseFeature(value: unknown): ParsedFeature | { readonly wrong: string } {
  const parsed = safely(value);
  if (!parsed) return { wrong: 'its classes are nested too deeply' };
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    return { wrong: where === '' ? 'it is no GeoJSON feature' : `its ${where} is not what QuPath writes` };
  }
  const { id, properties } = parsed.data;
  const legacy = typeof id === 'string' && id.startsWith('Path') ? id : null;
  const type = properties?.objectType ?? properties?.object_type ?? properties?.type ?? legacy ?? id;
  const className = properties?.classification ? classNameOf(properties.classification) : '';
  if (className.length > LONGEST_NAME) return { wrong: 'the name of its class is too long' };
  return {
    className: className || null,
    isAnnotation: !(typeof type === 'string' && MADE_BY_QUPATH.has(type)),
    name: typeof properties?.name === 'string' ? properties.name.slice(0, LONGEST_NAME) : null,
    geometry: (value as { geometry?: unknown }).geometry,
    children: properties?.childObjects ?? [],
  };
}

/** null: a class of a class of a class … overflows the stack. */
function safely(value: unknown) {
  try {
    return Feature.safeParse(value);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** As QuPath shows it: "Tumour", or "Tumour: Positive" for a class derived from another. */
function classNameOf(classification: string | Named): string {
  if (typeof classification === 'string') return classification.trim();
  const { name, names, parentClass } = classification;
  const own = names ?? (name ? [name] : []);
  return [...(parentClass ? [classNameOf(parentClass)] : []), ...own.map((part) => part.trim())]
    .filter((part) => part !== '')
    .join(': ');
}
