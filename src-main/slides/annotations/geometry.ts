/** The corners of a closed outline in level-0 pixels: x, y, x, y, …; the first is not repeated at the end. */
export type Ring = Float64Array;

/** An outline and its holes. Inside is what a ray leaves after an odd number of edges. */
export type Polygon = readonly Ring[];

/** An outline with fewer corners has no area. */
const LEAST_CORNERS = 3;
/** Slides have at most 4 million pixels a side; beyond this it is no position on one. */
const FURTHEST = 1e8;
/** Collections in collections; QuPath writes none. */
const DEEPEST = 8;

/** A geometry that cannot be used, in words that follow "Feature 3: ". */
export class GeometryError extends Error {}

/**
 * The polygons of a GeoJSON geometry (RFC 7946); none where it is made of points and lines.
 * @throws GeometryError
 */
export function polygonsOf(geometry: unknown, depth = 0): Polygon[] {
  const { type, coordinates, geometries } = (geometry ?? {}) as Record<string, unknown>;
  switch (type) {
    case 'Polygon':
      return [polygonOf(coordinates)];
    case 'MultiPolygon':
      return listOf(coordinates, 'polygons').map(polygonOf);
    case 'GeometryCollection':
      if (depth === DEEPEST) throw new GeometryError('its geometries are nested too deeply');
      return listOf(geometries, 'geometries').flatMap((part) => polygonsOf(part, depth + 1));
    case 'Point':
    case 'MultiPoint':
    case 'LineString':
    case 'MultiLineString':
      return [];
    default:
      throw new GeometryError(
        typeof type === 'string' ? `its geometry is a “${type.slice(0, 40)}”` : 'it has no geometry',
      );
  }
}

/** Level-0 pixels that a polygon covers, holes taken off. */
export function areaOf([outline, ...holes]: Polygon): number {
  if (!outline) return 0;
  return Math.max(0, ringArea(outline) - holes.reduce((sum, hole) => sum + ringArea(hole), 0));
}

export function boundsOf(ring: Ring) {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let i = 0; i < ring.length; i += 2) {
    bounds.left = Math.min(bounds.left, ring[i]!);
    bounds.right = Math.max(bounds.right, ring[i]!);
    bounds.top = Math.min(bounds.top, ring[i + 1]!);
    bounds.bottom = Math.max(bounds.bottom, ring[i + 1]!);
  }
  return bounds;
}

function polygonOf(coordinates: unknown): Polygon {
  const [outline, ...holes] = listOf(coordinates, 'rings').map(ringOf);
  if (!outline || outline.length < LEAST_CORNERS * 2)
    throw new GeometryError(`its outline has fewer than ${LEAST_CORNERS} different corners`);
  return [outline, ...holes.filter((hole) => hole.length >= LEAST_CORNERS * 2)];
}

/** Checked and copied by hand: an outline may have a million corners. Corners that repeat the one before are left out. */
function ringOf(positions: unknown): Ring {
  const list = listOf(positions, 'corners');
  const ring = new Float64Array(list.length * 2);
  let length = 0;
  for (const position of list) {
    const [x, y] = listOf(position, 'coordinates') as [unknown, unknown];
    if (!isCoordinate(x) || !isCoordinate(y))
      throw new GeometryError('a corner has coordinates that are no position on a slide');
    if (length > 0 && ring[length - 2] === x && ring[length - 1] === y) continue;
    ring[length++] = x;
    ring[length++] = y;
  }
  if (length > 2 && ring[0] === ring[length - 2] && ring[1] === ring[length - 1]) length -= 2;
  return ring.slice(0, length);
}

const isCoordinate = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= FURTHEST; // NaN is not

function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new GeometryError(`its ${what} are not a list`);
  return value;
}

/** By the shoelace formula. */
function ringArea(ring: Ring): number {
  let twice = 0;
  for (let i = 0, before = ring.length - 2; i < ring.length; before = i, i += 2)
    twice += ring[before]! * ring[i + 1]! - ring[i]! * ring[before + 1]!;
  return Math.abs(twice) / 2;
}
