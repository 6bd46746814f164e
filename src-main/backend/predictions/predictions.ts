import { UserError } from '../../base/errors.ts';
import { isUnderWay } from '../../contract/underWay.ts';
import type { PatchScore, Prediction } from '../../contract/values/slide.ts';
import { getModel } from '../models/models.ts';
import { found } from '../problems.ts';
import type { Session, Workplace } from '../session.ts';
import { getSlide } from '../slides/slides.ts';

export function getPrediction({ store }: Workplace, id: number): Prediction {
  return found(store.predictions.get(id), 'prediction', id);
}

/** Stores the prediction and queues its job. */
export function startPrediction(session: Session, slideId: number, modelId: number): Prediction {
  const { store } = session;
  const slide = getSlide(session, slideId);
  if (slide.missing) throw new UserError(`${slide.path} is no longer there. Open the slide where it is now.`);
  const model = getModel(session, modelId);
  if (model.card.kind !== 'classifier')
    throw new UserError(
      `“${model.name}” was pre-trained on natural images and cannot classify tissue. Train a classifier that begins from it.`,
    );
  const { classNames, synthetic } = model.card;
  return store.transaction(() => {
    const id = store.predictions.insert(slideId, modelId, {
      modelName: model.name,
      classNames,
      synthetic: synthetic || slide.synthetic,
    });
    queuePrediction(session, id, slide.name);
    return getPrediction(session, id);
  });
}

/** Queues the classification of a stored prediction, after another job where one is named. */
export function queuePrediction({ queue }: Session, id: number, slideName: string, afterJobId?: number) {
  return queue.enqueue({ kind: 'predict', title: `Classify ${slideName}`, predictionId: id, afterJobId });
}

/** Goes on after the patches that are stored. */
export function resumePrediction(session: Session, id: number): Prediction {
  const { status, slideId, modelId } = getPrediction(session, id);
  if (status === 'done') throw new UserError('This prediction is finished; there is nothing to resume.');
  if (isUnderWay({ status })) throw new UserError(`This prediction is ${status} already.`);
  if (modelId === null)
    throw new UserError('The model of this prediction was deleted. Start a new one with another model.');
  queuePrediction(session, id, getSlide(session, slideId).name);
  return getPrediction(session, id);
}

export function deletePrediction(workplace: Workplace, id: number): void {
  const { status } = getPrediction(workplace, id);
  if (isUnderWay({ status }))
    throw new UserError(`This prediction is ${status}. Cancel it before you delete it.`);
  workplace.store.predictions.remove(id);
  workplace.publish({ type: 'removed', entity: 'prediction', id });
}

/** The scored patch under a level-0 point. */
export function patchAt(workplace: Workplace, id: number, x: number, y: number): PatchScore | null {
  const { grid } = getPrediction(workplace, id);
  if (!grid) return null;
  const [column, row] = [Math.floor(x / grid.stride), Math.floor(y / grid.stride)];
  const scores = workplace.store.patchScores.at(id, column, row);
  if (!scores) return null;
  return {
    column,
    row,
    x: column * grid.stride,
    y: row * grid.stride,
    size: grid.patchSize,
    scores: [...scores],
  };
}
