import type { Handlers } from '../../contract/requests.ts';
import type { App } from '../app.ts';
import {
  deleteDataset,
  getDataset,
  importDataset,
  listImages,
  listPatches,
  renameDataset,
} from '../datasets/datasets.ts';
import { checkHealth, healthReport } from '../datasets/health.ts';

export function datasetHandlers(app: App) {
  return {
    'datasets.preview': async ({ path }) => {
      const { previewDataset } = await import('../../data/preview.ts'); // brings the zip reader
      return previewDataset(path);
    },
    'datasets.import': (input) => importDataset(app.session(), input),
    'datasets.list': () => app.session().store.datasets.list(),
    'datasets.get': ({ id }) => getDataset(app.session(), id),
    'datasets.rename': ({ id, name }) => renameDataset(app.session(), id, name),
    'datasets.delete': async ({ id }) => {
      await deleteDataset(app.session(), id);
      return {};
    },
    'datasets.patches': (input) => listPatches(app.session(), input),
    'datasets.images': (input) => listImages(app.session(), input),
    'datasets.broken': ({ id }) => app.session().store.brokenFiles.list(getDataset(app.session(), id).id),
    'datasets.health': ({ id }) => healthReport(app.session(), id),
    'datasets.checkHealth': ({ id }) => checkHealth(app.session(), id),
  } satisfies Partial<Handlers>;
}
