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
import { previewCutting } from '../datasets/previewCutting.ts';
import { refreshDataset, setDatasetMpp } from '../datasets/refresh.ts';
import { unusedName } from '../datasets/unusedName.ts';

export function datasetHandlers(app: App) {
  return {
    'datasets.preview': async ({ path, annotations }) => {
      const { annotatedPreview } = await import('../../slides/annotations/preview.ts');
      const { previewDataset } = await import('../../data/preview.ts'); // brings the zip reader
      const preview = (await annotatedPreview(path, annotations)) ?? (await previewDataset(path));
      return { ...preview, suggestedName: unusedName(app.session(), preview.suggestedName) };
    },
    'datasets.previewCutting': (input, signal) => previewCutting(app.session(), input, signal),
    'datasets.import': (input) => importDataset(app.session(), input),
    'datasets.refresh': (input) => refreshDataset(app.session(), input),
    'datasets.changes': ({ id }) => app.session().store.datasets.changes(getDataset(app.session(), id).id),
    'datasets.setMpp': ({ id, mpp }) => setDatasetMpp(app.session(), id, mpp),
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
