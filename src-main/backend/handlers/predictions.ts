import type { Handlers } from '../../contract/requests.ts';
import type { App } from '../app.ts';
import { exportPrediction } from '../predictions/exportFiles.ts';
import {
  deletePrediction,
  getPrediction,
  patchAt,
  resumePrediction,
  startPrediction,
} from '../predictions/predictions.ts';

export function predictionHandlers(app: App) {
  return {
    'predictions.list': ({ slideId }) => app.session().store.predictions.list(slideId),
    'predictions.get': ({ id }) => getPrediction(app.session(), id),
    'predictions.start': ({ slideId, modelId }) => startPrediction(app.session(), slideId, modelId),
    'predictions.resume': ({ id }) => resumePrediction(app.session(), id),
    'predictions.delete': ({ id }) => {
      deletePrediction(app.session(), id);
      return {};
    },
    'predictions.patchAt': ({ id, x, y }) => patchAt(app.session(), id, x, y),
    'predictions.export': (input) => exportPrediction(app.session(), input),
  } satisfies Partial<Handlers>;
}
