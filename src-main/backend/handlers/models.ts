import type { Handlers } from '../../contract/requests.ts';
import type { App } from '../app.ts';
import { importModel } from '../models/importModel.ts';
import { deleteModel, exportModel, getModel, renameModel } from '../models/models.ts';

export function modelHandlers(app: App) {
  return {
    'models.list': () => app.session().store.models.list(),
    'models.get': ({ id }) => getModel(app.session(), id),
    'models.rename': ({ id, name }) => renameModel(app.session(), id, name),
    'models.export': (input) => exportModel(app.session(), input),
    'models.import': ({ path }) => importModel(app.session(), path),
    'models.delete': async ({ id }) => {
      await deleteModel(app.session(), id);
      return {};
    },
  } satisfies Partial<Handlers>;
}
