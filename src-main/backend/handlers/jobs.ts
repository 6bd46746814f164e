import type { Handlers } from '../../contract/requests.ts';
import type { App } from '../app.ts';
import { found } from '../problems.ts';

export function jobHandlers(app: App) {
  const get = (id: number) => {
    const { queue, store } = app.session();
    return queue.shown(found(store.jobs.get(id), 'job', id));
  };
  const list = () => {
    const { queue, store } = app.session();
    return store.jobs.list().map((job) => queue.shown(job));
  };
  return {
    'jobs.list': list,
    'jobs.get': ({ id }) => get(id),
    'jobs.cancel': ({ id }) => {
      app.session().queue.cancel(get(id).id);
      return get(id);
    },
    'jobs.move': ({ id, direction }) => {
      app.session().queue.move(get(id).id, direction);
      return list();
    },
  } satisfies Partial<Handlers>;
}
