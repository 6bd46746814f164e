import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { ParsedInput, RequestOutput } from '../../contract/requests.ts';
import type { ExportParameters } from '../jobs/export.ts';
import type { Session } from '../session.ts';
import { getSlide } from '../slides/slides.ts';
import { exportName, plannedFiles } from './exportName.ts';
import { getPrediction } from './predictions.ts';

/** Queues the export and answers with the paths that will be there. */
export function exportPrediction(
  session: Session,
  { id, folder, formats, classIndex }: ParsedInput<'predictions.export'>,
): RequestOutput<'predictions.export'> {
  const prediction = getPrediction(session, id);
  const slide = getSlide(session, prediction.slideId);
  const { name } = slide;
  if (prediction.status !== 'done')
    throw new UserError(
      `The classification of “${name}” is not finished. Wait for it, or resume it, and export then.`,
    );
  if (classIndex !== null && classIndex >= prediction.classNames.length)
    throw new UserError(`The model has only ${prediction.classNames.length} classes.`);
  const target = path.resolve(folder);
  const free = exportName(
    target,
    slide,
    prediction.modelName,
    session.store.predictions.exports(),
    existsSync,
  );
  const files = plannedFiles(target, free, formats);
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
