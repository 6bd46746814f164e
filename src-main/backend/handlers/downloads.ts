import type { Handlers } from '../../contract/requests.ts';
import type { App } from '../app.ts';
import { downloadOffers } from '../downloads/offers.ts';
import { startDownload } from '../downloads/startDownload.ts';

export function downloadHandlers(app: App) {
  return {
    'downloads.catalogue': ({ folder }) => downloadOffers(app.session(), folder),
    'downloads.start': (input) => startDownload(app.session(), input),
  } satisfies Partial<Handlers>;
}
