import type { Handlers } from '../../contract/requests.ts';
import type { App } from '../app.ts';
import { checkDevice } from '../hardware/devices.ts';
import { estimateRun } from '../runs/estimate.ts';
import {
  cancelRun,
  createRun,
  deleteRun,
  getRun,
  renameRun,
  resumeRun,
  runHistory,
  runPredictions,
} from '../runs/runs.ts';

export function runHandlers(app: App) {
  return {
    'runs.create': async (input) => {
      await checkDevice(app.hardware, input.config.device);
      return createRun(app.session(), input);
    },
    'runs.estimate': ({ config }) => estimateRun(app.session(), config),
    'runs.list': () => app.session().store.runs.list(),
    'runs.get': ({ id }) => getRun(app.session(), id),
    'runs.history': ({ id }) => runHistory(app.session(), id),
    'runs.resume': async ({ id, device }) => {
      if (device !== undefined) await checkDevice(app.hardware, device);
      return resumeRun(app.session(), id, device);
    },
    'runs.cancel': ({ id }) => cancelRun(app.session(), id),
    'runs.rename': ({ id, name }) => renameRun(app.session(), id, name),
    'runs.delete': async ({ id }) => {
      await deleteRun(app.session(), id);
      return {};
    },
    'runs.predictions': (input) => runPredictions(app.session(), input),
  } satisfies Partial<Handlers>;
}
