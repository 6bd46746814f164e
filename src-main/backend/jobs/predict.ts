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
      const { grid, patchesDone } = prediction;
      if (!grid) store.patchScores.clear(prediction.id);
      return {
        slidePath: slide.path,
        mpp: slide.mppSource === 'user' ? slide.mpp : null,
        modelFile: files.modelFile(model.id, 'onnx'),
        card,
        device: (await workplace.hardware.get()).autoInference,
        resume: grid && { grid, done: patchesDone },
      };
    },
    event(job, event) {
      const id = subject(job.predictionId);
      if (event.type === 'grid') {
        store.predictions.setGrid(id, event.grid, event.patches, event.tissueFraction);
      } else {
        store.transaction(() => {
          store.patchScores.putAll(id, event);
          store.predictions.setDone(id, event.start + event.columns.length);
        });
      }
      publishPrediction(workplace, id);
    },
    finish(job, { seconds, patchesPerSecond }) {
      store.predictions.setResult(subject(job.predictionId), { seconds, patchesPerSecond });
    },
  };
}
