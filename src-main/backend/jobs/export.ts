import { z } from 'zod';
import { ExportedFiles } from '../../contract/values/slide.ts';
import type { JobBehaviour } from '../../jobs/behaviour.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';
import { subject } from './subject.ts';

/** `files`: where to write, absolute. */
export const ExportParameters = z.object({ files: ExportedFiles, classIndex: z.int().nullable() });
export type ExportParameters = z.infer<typeof ExportParameters>;

export function exportBehaviour({ store }: Workplace): JobBehaviour<'export'> {
  return {
    spec(job) {
      const id = subject(job.predictionId);
      const prediction = found(store.predictions.get(id), 'prediction', id);
      const slide = found(store.slides.get(prediction.slideId), 'slide', prediction.slideId);
      if (!prediction.grid) throw new Error(`Prediction ${id} has no grid.`);
      const { columns, rows, scores } = store.patchScores.all(id, prediction.classNames.length);
      return {
        slide: { name: slide.name, width: slide.width, height: slide.height, mpp: slide.mpp },
        model: { name: prediction.modelName, synthetic: prediction.synthetic },
        classNames: prediction.classNames,
        grid: prediction.grid,
        columns,
        rows,
        scores,
        unreadable: prediction.unreadable,
        ...store.jobs.parameters(job.id, ExportParameters),
      };
    },
    event() {},
    finish() {},
  };
}
