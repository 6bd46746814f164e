/** A class and the corners of an area of it, x, y, x, y, …, in level-0 pixels. */
export type Area = readonly [className: string, ...corners: number[]];

/** Annotations as QuPath (0.5) exports them: a feature collection of polygons with a class each. */
export function qupathGeoJson(areas: readonly Area[]): string {
  const features = areas.map(([name, ...corners], i) => {
    const points = Array.from({ length: corners.length / 2 }, (_, k) => corners.slice(2 * k, 2 * k + 2));
    return {
      type: 'Feature',
      id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      geometry: { type: 'Polygon', coordinates: [[...points, points[0]]] },
      properties: { objectType: 'annotation', classification: { name, color: [200, 0, 0] } },
    };
  });
  return JSON.stringify({ type: 'FeatureCollection', features });
}
