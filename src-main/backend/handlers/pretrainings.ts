import type { Handlers } from '../../contract/requests.ts';
import type { App } from '../app.ts';
import { checkDevice } from '../hardware/devices.ts';
import { estimatePretraining, measurePretraining } from '../pretrainings/estimate.ts';
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
    'pretrainings.estimate': ({ config }) => estimatePretraining(app.session(), config),
    'pretrainings.measure': ({ config }) => measurePretraining(app.session(), config),
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
