import { z } from 'zod';
import { SynthesizeSpec } from '../../contract/worker.ts';
import type { JobBehaviour } from '../../jobs/behaviour.ts';
import { publishDataset, publishSlide } from '../announce.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';
import { subject } from './subject.ts';

/** Where the slide lies follows from its announced row; the dataset's folder from its id. */
export const SynthesizeParameters = z.object({
  ...SynthesizeSpec.omit({ datasetFolder: true, slidePath: true }).shape,
  slideId: z.int(),
  slideFile: z.string(),
});
export type SynthesizeParameters = z.infer<typeof SynthesizeParameters>;

export function synthesizeBehaviour(workplace: Workplace): JobBehaviour<'synthesize'> {
  const { store, files } = workplace;
  return {
    spec(job) {
      const { slideFile, seed, trainPerClass, testPerClass, patchSize, slideSide } = store.jobs.parameters(
        job.id,
        SynthesizeParameters,
      );
      const datasetFolder = files.dataset(subject(job.datasetId));
      const slidePath = files.slide(slideFile);
      return { datasetFolder, slidePath, seed, trainPerClass, testPerClass, patchSize, slideSide };
    },
    event(job, event) {
      const id = subject(job.datasetId);
      if (event.type === 'dataset') {
        const { root } = found(store.datasets.get(id), 'dataset', id);
        store.datasets.setLayout(id, {
          layout: 'synthetic',
          root,
          classNames: event.classNames,
          mpp: event.mpp,
        });
      } else if (event.type === 'patches') {
        store.patches.insertAll(id, event.patches);
      } else {
        const { slideId } = store.jobs.parameters(job.id, SynthesizeParameters);
        store.slides.setFacts(slideId, { ...event, associated: [] });
        publishSlide(workplace, slideId);
      }
      publishDataset(workplace, id);
    },
    finish() {},
  };
}
