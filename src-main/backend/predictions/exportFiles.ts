import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { ParsedInput, RequestOutput } from '../../contract/requests.ts';
import type { ExportedFiles } from '../../contract/values/slide.ts';
import type { ExportParameters } from '../jobs/export.ts';
import type { Session } from '../session.ts';
import { getSlide } from '../slides/slides.ts';
import { getPrediction } from './predictions.ts';

type Format = keyof ExportedFiles;

/** Where WSInfer keeps each kind of file, so that its readers (QuPath's among them) find them. */
const places: Record<Format, { folder: string; extension: string }> = {
  geojson: { folder: 'model-outputs-geojson', extension: '.geojson' },
  csv: { folder: 'model-outputs-csv', extension: '.csv' },
  png: { folder: 'heatmaps', extension: '.png' },
};

/** The files that an export of a slide's prediction writes below `folder`. */
export function plannedFiles(folder: string, slideName: string, formats: readonly Format[]): ExportedFiles {
  const { name } = path.parse(slideName);
  return Object.fromEntries(
    formats.map((format) => {
      const { folder: below, extension } = places[format];
      return [format, path.join(folder, below, name + extension)];
    }),
  );
}

/** Queues the export and answers with the paths that will be there. */
export function exportPrediction(
  session: Session,
  { id, folder, formats, classIndex }: ParsedInput<'predictions.export'>,
): RequestOutput<'predictions.export'> {
  const prediction = getPrediction(session, id);
  const { name } = getSlide(session, prediction.slideId);
  if (prediction.status !== 'done')
    throw new UserError(
      `The classification of “${name}” is not finished. Wait for it, or resume it, and export then.`,
    );
  if (classIndex !== null && classIndex >= prediction.classNames.length)
    throw new UserError(`The model has only ${prediction.classNames.length} classes.`);
  const files = plannedFiles(path.resolve(folder), name, formats);
  return { files, job: queueExport(session, id, name, { files, classIndex }) };
}

export function queueExport(
  { queue }: Session,
  predictionId: number,
  slideName: string,
  parameters: ExportParameters,
  afterJobId?: number,
) {
  return queue.enqueue({
    kind: 'export',
    title: `Export ${slideName}`,
    predictionId,
    parameters,
    afterJobId,
  });
}
