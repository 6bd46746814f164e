import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../base/atomicFile.ts';
import { Device } from '../../contract/values/run.ts';
import type { RecentWorkspace } from '../../contract/values/workspace.ts';

const Stored = z.object({
  researchUseAcceptedAt: z.number().nullable().default(null),
  defaultDevice: Device.default('auto'),
  recent: z.array(z.object({ path: z.string(), openedAt: z.number() })).default([]),
});
type Stored = z.infer<typeof Stored>;

const KEPT_RECENT = 12;

/** The folder of this user's settings: TESSERA_HOME, else what the system has for it. */
export function settingsFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.TESSERA_HOME) return path.resolve(env.TESSERA_HOME);
  const config =
    process.platform === 'win32'
      ? (env.APPDATA ?? path.join(homedir(), 'AppData', 'Roaming'))
      : (env.XDG_CONFIG_HOME ?? path.join(homedir(), '.config'));
  return path.join(config, 'tessera');
}

/** What Tessera remembers of this user beyond any workspace. Read anew each time: windows and commands share it. */
export function userSettings(folder: string) {
  const file = path.join(folder, 'settings.json');

  const read = (): Stored => {
    if (!existsSync(file)) return Stored.parse({});
    const parsed = Stored.safeParse(parseOrNull(readFileSync(file, 'utf8')));
    // Only conveniences are kept here: a file that someone spoilt costs the list, and must not keep Tessera from starting.
    return parsed.success ? parsed.data : Stored.parse({});
  };
  const write = (settings: Stored) => writeAtomic(file, `${JSON.stringify(settings, null, 2)}\n`);

  return {
    /** Where other things of this user's are kept, too. */
    folder,
    /** What `auto` stands for in runs and predictions. */
    defaultDevice: (): Device => read().defaultDevice,
    setDefaultDevice: (device: Device) => write({ ...read(), defaultDevice: device }),
    researchUseAccepted: (): boolean => read().researchUseAcceptedAt !== null,
    acceptResearchUse: () => write({ ...read(), researchUseAcceptedAt: Date.now() }),
    recent: (): RecentWorkspace[] =>
      read().recent.map((entry) => ({
        ...entry,
        name: path.basename(entry.path),
        missing: !existsSync(entry.path),
      })),
    remember(workspace: string): Promise<void> {
      const settings = read();
      const others = settings.recent.filter((entry) => entry.path !== workspace);
      const recent = [{ path: workspace, openedAt: Date.now() }, ...others].slice(0, KEPT_RECENT);
      return write({ ...settings, recent });
    },
  };
}

export type UserSettings = ReturnType<typeof userSettings>;

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
