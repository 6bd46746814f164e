import type { Handlers } from '../../contract/requests.ts';
import type { App } from '../app.ts';
import { relocateSlide } from '../slides/relocateSlide.ts';
import { slideOfPatch } from '../slides/slideOfPatch.ts';
import { getSlide, openSlideFile, removeSlide, setSlideMpp } from '../slides/slides.ts';

export function slideHandlers(app: App) {
  return {
    'slides.open': ({ path }) => openSlideFile(app.session(), path),
    'slides.list': () => app.session().store.slides.list(),
    'slides.get': ({ id }) => getSlide(app.session(), id),
    'slides.setMpp': ({ id, mpp }) => setSlideMpp(app.session(), id, mpp),
    'slides.relocate': ({ id, path }) => relocateSlide(app.session(), id, path),
    'slides.ofPatch': ({ patchId }) => slideOfPatch(app.session(), patchId),
    'slides.remove': ({ id }) => {
      removeSlide(app.session(), id);
      return {};
    },
  } satisfies Partial<Handlers>;
}
