import type { Handlers } from '../../contract/requests.ts';
import type { App } from '../app.ts';
import { checkDevice } from '../hardware/devices.ts';
import { estimatePretraining } from '../pretrainings/estimate.ts';
import {
  cancelPretraining,
  createPretraining,
  deletePretraining,
  getPretraining,
  pretrainingHistory,
  renamePretraining,
  resumePretraining,
} from '../pretrainings/pretrainings.ts';

export function pretrainingHandlers(app: App) {
  return {
    'pretrainings.create': async (input) => {
      await checkDevice(app.hardware, input.config.device);
      return createPretraining(app.session(), input);
    },
    'pretrainings.estimate': ({ config, measure }) => estimatePretraining(app.session(), config, measure),
    'pretrainings.list': () => app.session().store.pretrainings.list(),
    'pretrainings.get': ({ id }) => getPretraining(app.session(), id),
    'pretrainings.history': ({ id }) => pretrainingHistory(app.session(), id),
    'pretrainings.resume': async ({ id, device }) => {
      if (device !== undefined) await checkDevice(app.hardware, device);
      return resumePretraining(app.session(), id, device);
    },
    'pretrainings.cancel': ({ id }) => cancelPretraining(app.session(), id),
    'pretrainings.rename': ({ id, name }) => renamePretraining(app.session(), id, name),
    'pretrainings.delete': async ({ id }) => {
      await deletePretraining(app.session(), id);
      return {};
    },
  } satisfies Partial<Handlers>;
}
