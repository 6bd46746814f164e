import { homedir } from 'node:os';
import type { Handlers } from '../../contract/requests.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import type { App } from '../app.ts';
import { listFolder } from '../workspace/browse.ts';

export function appHandlers(app: App) {
  return {
    'app.info': () => ({
      version: packageJson.version,
      researchUseAccepted: app.settings.researchUseAccepted(),
      home: homedir(),
    }),
    'app.acceptResearchUse': async () => {
      await app.settings.acceptResearchUse();
      return {};
    },
    'workspace.current': () => app.current(),
    'workspace.recent': () => app.settings.recent(),
    'workspace.open': ({ path, create }) => app.open(path, create),
    'workspace.close': async () => {
      await app.close();
      return {};
    },
    'files.list': ({ path }) => listFolder(path),
  } satisfies Partial<Handlers>;
}
