import type { Handlers } from '../../contract/requests.ts';
import type { App } from '../app.ts';
import { appHandlers } from './app.ts';
import { datasetHandlers } from './datasets.ts';
import { downloadHandlers } from './downloads.ts';
import { hardwareHandlers } from './hardware.ts';
import { jobHandlers } from './jobs.ts';
import { modelHandlers } from './models.ts';
import { predictionHandlers } from './predictions.ts';
import { pretrainingHandlers } from './pretrainings.ts';
import { runHandlers } from './runs.ts';
import { slideHandlers } from './slides.ts';

/** Every request's handler; one that is missing does not compile. */
export function createHandlers(app: App): Handlers {
  return {
    ...appHandlers(app),
    ...datasetHandlers(app),
    ...downloadHandlers(app),
    ...runHandlers(app),
    ...pretrainingHandlers(app),
    ...jobHandlers(app),
    ...modelHandlers(app),
    ...slideHandlers(app),
    ...predictionHandlers(app),
    ...hardwareHandlers(app),
  };
}
