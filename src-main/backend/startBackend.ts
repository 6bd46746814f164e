import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { UserError } from '../base/errors.ts';
import type { Client } from '../contract/requests.ts';
import type { DownloadEntry } from '../contract/values/download.ts';
import { processHost } from '../jobs/processHost.ts';
import { createApp } from './app.ts';
import { createBus } from './bus.ts';
import { dispatcher, localClient } from './dispatch.ts';
import { createHandlers } from './handlers/handlers.ts';
import { newToken } from './server/access.ts';
import { serveEvents } from './server/eventSocket.ts';
import { httpApp } from './server/httpApp.ts';
import { settingsFolder, userSettings } from './workspace/settings.ts';

export interface BackendOptions {
  /** 0 or nothing: one that is free. */
  readonly port?: number;
  /** A workspace to open at once. */
  readonly workspace?: string;
  /** Whether to make the workspace where there is none yet. Default: yes. */
  readonly createWorkspace?: boolean;
  /** Whether jobs that waited in the workspace go on; a single command runs only its own. Default: yes. */
  readonly adoptJobs?: boolean;
  /** Main module of a worker process. */
  readonly workerEntry?: string;
  /** What can be downloaded, where it is not Tessera's own catalogue. */
  readonly catalogue?: readonly DownloadEntry[];
}

export interface Backend {
  /** Without the token; a person opens `${url}/?token=${token}`. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** The handlers, without HTTP between. */
  readonly client: Client;
  /** Resolves when no job runs or is about to. */
  idle(): Promise<void>;
  /** Stops workers (their jobs become `interrupted`), closes the workspace and the server. */
  close(): Promise<void>;
}

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * Starts the backend on 127.0.0.1.
 * @throws UserError when the port is taken or the workspace cannot be opened
 */
export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const { port = 0, workspace, createWorkspace = true, adoptJobs = true } = options;
  const server = createServer();
  await listen(server, port);
  const address = server.address() as AddressInfo;
  const contact = { pid: process.pid, url: `http://127.0.0.1:${address.port}`, token: newToken() };

  const bus = createBus();
  const host = processHost(options.workerEntry ?? fromRoot('src-main/workers/main.ts'));
  const settings = userSettings(settingsFolder());
  const { catalogue } = options;
  const app = createApp({ bus, host, settings, contact, adoptJobs, ...(catalogue && { catalogue }) });
  const dispatch = dispatcher(createHandlers(app));
  const { token } = contact;
  const http = httpApp({ app, dispatch, token, rendererFolder: fromRoot('out/renderer') });
  server.on(
    'request',
    getRequestListener((request) => http.fetch(request), { overrideGlobalObjects: false }),
  );
  const endEvents = serveEvents(server, bus, token);

  let closed: Promise<void> | null = null;
  const closeAll = async () => {
    endEvents();
    await stopListening(server);
    await app.close();
    app.hardware.stop();
  };
  const close = () => (closed ??= closeAll());
  try {
    if (workspace !== undefined) await app.open(workspace, createWorkspace);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: contact.url,
    port: address.port,
    token,
    client: localClient(dispatch),
    idle: () => app.idle(),
    close,
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw taken ? new UserError(`Port ${port} is in use. Choose another one, or none.`) : error;
  }
}

/** Milliseconds for requests on their way to be answered. */
const LAST_ANSWERS = 500;

/** Takes no more requests, so that none finds the workspace half closed. */
async function stopListening(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await Promise.race([closed, delay(LAST_ANSWERS, null, { ref: false })]);
  server.closeAllConnections();
  await closed;
}
