import { provenance, scoredPatches, roundScore, type SlideScores } from './scoredPatches.ts';

/** WSInfer's table: level-0 pixels and one `prob_<class>` column per class. Pieces of text, to be written in order. */
export function* csv(prediction: SlideScores): Generator<string> {
  const names = prediction.classNames.map((name) => field(`prob_${name}`));
  yield `${['minx', 'miny', 'width', 'height', ...names].join(',')}\n`;
  const side = prediction.grid.patchSize;
  for (const { x, y, scores } of scoredPatches(prediction))
    yield `${x},${y},${side},${side},${Array.from(scores, roundScore).join(',')}\n`;
}

/**
 * What the table itself has no place for: a comment line would break its readers. WSInfer keeps such a file beside its
 * results too.
 */
export function csvMetadata(prediction: SlideScores): string {
  const { slide, grid } = prediction;
  return `${JSON.stringify({ ...provenance(prediction), mpp: slide.mpp, patchSize: grid.patchSize }, null, 2)}\n`;
}

/** A field as RFC 4180 wants it; line breaks become blanks, since many readers go line by line. */
function field(text: string): string {
  const line = text.replace(/[\r\n]+/g, ' ');
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}
