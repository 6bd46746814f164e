import { UserError } from '../base/errors.ts';
import type { DownloadEntry } from '../contract/values/download.ts';
import type { Workspace } from '../contract/values/workspace.ts';
import { downloadCatalogue } from '../data/downloads/catalogue.ts';
import type { WorkerHost } from '../jobs/workerHost.ts';
import type { Bus } from './bus.ts';
import { hardwareFinder, type HardwareFinder } from './hardware/finder.ts';
import { openSession, type Session } from './session.ts';
import { lockWorkspace, type Contact } from './workspace/lock.ts';
import { completePath, prepareWorkspace } from './workspace/prepare.ts';
import type { UserSettings } from './workspace/settings.ts';

export interface AppOptions {
  readonly bus: Bus;
  readonly host: WorkerHost;
  readonly settings: UserSettings;
  /** How other processes reach this one. */
  readonly contact: Contact;
  readonly adoptJobs: boolean;
  /** What can be downloaded. Default: Tessera's own catalogue. */
  readonly catalogue?: readonly DownloadEntry[];
}

/** The backend behind its server: at most one open workspace. */
export interface App {
  readonly settings: UserSettings;
  readonly hardware: HardwareFinder;
  current(): Workspace | null;
  /** @throws UserError when no workspace is open */
  session(): Session;
  /** Opens a workspace; the one that was open is closed once this one is. */
  open(folder: string, create: boolean): Promise<Workspace>;
  /** Resolves when no job of the open workspace runs or is about to. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export function createApp(options: AppOptions): App {
  const { bus, host, settings, contact, adoptJobs, catalogue = downloadCatalogue } = options;
  const hardware = hardwareFinder({ host, settings, publish: bus.publish });
  let open: { session: Session; unlock: () => Promise<void> } | null = null;
  let last: Promise<unknown> = Promise.resolve();

  /** One opening or closing at a time. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => undefined); // the caller has the error
    return next;
  };

  const closeOpen = async () => {
    const closing = open;
    open = null;
    await closing?.session.close();
    await closing?.unlock();
  };

  const openFolder = async (folder: string, create: boolean): Promise<Workspace> => {
    if (open?.session.workspace.path === folder) return open.session.workspace;
    await prepareWorkspace(folder, create);
    const unlock = await lockWorkspace(folder, contact);
    let session: Session;
    try {
      session = openSession(folder, { host, hardware, publish: bus.publish, adoptJobs, catalogue });
    } catch (error) {
      await unlock();
      throw error;
    }
    await closeOpen();
    open = { session, unlock };
    await settings.remember(folder).catch(() => {}); // the list of recent ones; a full or read-only home shall not keep anyone from working
    bus.publish({ type: 'workspace', workspace: session.workspace });
    return session.workspace;
  };

  return {
    settings,
    hardware,
    current: () => open?.session.workspace ?? null,
    session() {
      if (open) return open.session;
      throw new UserError('No workspace is open. Open or create one first.');
    },
    open: (folder, create) => inTurn(() => openFolder(completePath(folder), create)),
    idle: async () => open?.session.queue.idle(),
    close: () =>
      inTurn(async () => {
        if (!open) return;
        await closeOpen();
        bus.publish({ type: 'workspace', workspace: null });
      }),
  };
}
