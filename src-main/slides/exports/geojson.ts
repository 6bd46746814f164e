import { createHash } from 'node:crypto';
import { classRgb } from '../../contract/palette.ts';
import {
  provenance,
  roundScore,
  scoredPatches,
  type Provenance,
  type ScoredPatch,
  type SlideScores,
} from './scoredPatches.ts';

/**
 * QuPath's GeoJSON: one tile object per patch, in level-0 pixels with the origin at the top left. Pieces of text, to be
 * written in order. Ids are UUIDs made from slide, model and position, so that the same export twice gives the same
 * file.
 */
export function* geojson(prediction: SlideScores): Generator<string> {
  const metadata = provenance(prediction);
  yield `{"type":"FeatureCollection","metadata":${JSON.stringify(metadata)},"features":[`;
  let separator = '\n';
  for (const patch of scoredPatches(prediction)) {
    yield separator + JSON.stringify(feature(prediction, patch, metadata));
    separator = ',\n';
  }
  yield '\n]}\n';
}

function feature(prediction: SlideScores, patch: ScoredPatch, { notice, synthetic }: Provenance) {
  const { classNames, grid } = prediction;
  const [left, top] = [patch.x, patch.y];
  const [right, bottom] = [left + grid.patchSize, top + grid.patchSize];
  // Counter-clockwise in the sense of RFC 7946, and closed.
  // prettier-ignore
  const ring = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]];
  return {
    type: 'Feature',
    id: patchId(prediction, patch),
    geometry: { type: 'Polygon', coordinates: [ring] },
    properties: {
      objectType: 'tile',
      classification: { name: classNames[patch.best], color: classRgb(patch.best) },
      isLocked: false,
      measurements: Object.fromEntries(
        classNames.map((name, c) => [`prob_${name}`, roundScore(patch.scores[c] ?? 0)]),
      ),
      // QuPath keeps an object's own metadata and drops the collection's.
      metadata: { notice, synthetic },
    },
  };
}

/** A name-based UUID (RFC 9562, version 8). */
function patchId({ slide, model, grid }: SlideScores, { x, y }: ScoredPatch): string {
  const name = JSON.stringify([slide.name, slide.width, slide.height, model.name, grid.patchSize, x, y]);
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6); // version
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8); // variant
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
