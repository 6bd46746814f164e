import type { PredictSpec } from '../../contract/worker.ts';
import type { Prediction } from '../../contract/values/slide.ts';
import type { JobBehaviour } from '../../jobs/behaviour.ts';
import { publishPrediction } from '../announce.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';
import { subject } from './subject.ts';

export function predictBehaviour(workplace: Workplace): JobBehaviour<'predict'> {
  const { store, files } = workplace;
  const get = (id: number) => found(store.predictions.get(id), 'prediction', id);
  return {
    async spec(job) {
      const prediction = get(subject(job.predictionId));
      const slide = found(store.slides.get(prediction.slideId), 'slide', prediction.slideId);
      const modelId = prediction.modelId ?? 0;
      const model = found(store.models.get(modelId), 'model', modelId);
      const { card } = model;
      // What the model is now is what the scores will mean, whatever becomes of it later.
      store.predictions.setModel(prediction.id, {
        modelName: model.name,
        classNames: card.classNames,
        synthetic: card.synthetic || slide.synthetic,
      });
      const resume = resumable(prediction);
      if (!resume) store.patchScores.clear(prediction.id);
      return {
        slidePath: slide.path,
        mpp: slide.mppSource === 'user' ? slide.mpp : null,
        modelFile: files.modelFile(model.id, 'onnx'),
        card,
        device: (await workplace.hardware.get()).autoInference,
        resume,
      };
    },
    event(job, event) {
      const id = subject(job.predictionId);
      if (event.type === 'grid') {
        store.predictions.setGrid(id, event.grid, event.patches, event.tissueFraction);
      } else {
        store.transaction(() => {
          store.patchScores.putAll(id, event);
          store.predictions.setDone(id, event.done, event.unreadable);
        });
      }
      publishPrediction(workplace, id);
    },
    finish(job, { seconds, patchesPerSecond }) {
      store.predictions.setResult(subject(job.predictionId), { seconds, patchesPerSecond });
    },
  };
}

/** Where to go on; null: from the beginning. So does a prediction that too much damage ended: the file may be whole by now. */
function resumable({ grid, patches, patchesDone, unreadable }: Prediction): PredictSpec['resume'] {
  if (!grid || (unreadable && unreadable.patches * 2 > patches)) return null;
  return { grid, patches, done: patchesDone, unreadable };
}
