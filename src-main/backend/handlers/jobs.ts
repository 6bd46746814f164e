import type { Handlers } from '../../contract/requests.ts';
import type { App } from '../app.ts';
import { found } from '../problems.ts';

export function jobHandlers(app: App) {
  const get = (id: number) => found(app.session().store.jobs.get(id), 'job', id);
  return {
    'jobs.list': () => app.session().store.jobs.list(),
    'jobs.get': ({ id }) => get(id),
    'jobs.cancel': ({ id }) => {
      app.session().queue.cancel(get(id).id);
      return get(id);
    },
    'jobs.move': ({ id, direction }) => {
      app.session().queue.move(get(id).id, direction);
      return app.session().store.jobs.list();
    },
  } satisfies Partial<Handlers>;
}
