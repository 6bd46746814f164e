import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Hono } from 'hono';
import { createApp, type App } from '../../../src-main/backend/app.ts';
import { createBus } from '../../../src-main/backend/bus.ts';
import { dispatcher, localClient } from '../../../src-main/backend/dispatch.ts';
import { createHandlers } from '../../../src-main/backend/handlers/handlers.ts';
import { httpApp } from '../../../src-main/backend/server/httpApp.ts';
import { userSettings } from '../../../src-main/backend/workspace/settings.ts';
import type { ServerEvent } from '../../../src-main/contract/events.ts';
import type { Client } from '../../../src-main/contract/requests.ts';
import type { Job } from '../../../src-main/contract/values/job.ts';
import { memoryHost, type TaskTable } from '../../../src-main/jobs/memoryHost.ts';

/** A backend without a server or processes, on a workspace of its own. */
export interface TestBackend {
  /** Holds the workspace `w`, the settings and whatever a test puts there. */
  readonly folder: string;
  readonly workspace: string;
  readonly app: App;
  readonly client: Client;
  readonly http: Hono;
  readonly token: string;
  readonly events: ServerEvent[];
  /** Waits until a job has ended. */
  ended(jobId: number): Promise<Job>;
  close(): Promise<void>;
}

export async function testBackend(tasks: TaskTable = {}): Promise<TestBackend> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tessera-backend-'));
  const workspace = path.join(folder, 'w');
  const token = 'test-token';
  const bus = createBus();
  const events: ServerEvent[] = [];
  bus.subscribe((event) => events.push(event));
  const app = createApp({
    bus,
    host: memoryHost(tasks),
    settings: userSettings(path.join(folder, 'settings')),
    contact: { pid: process.pid, url: 'http://127.0.0.1:1', token },
    adoptJobs: true,
  });
  const dispatch = dispatcher(createHandlers(app));
  const client = localClient(dispatch);
  const http = httpApp({ app, dispatch, token, rendererFolder: path.join(folder, 'page') });
  await client('workspace.open', { path: workspace, create: true });
  return {
    folder,
    workspace,
    app,
    client,
    http,
    token,
    events,
    async ended(id) {
      for (;;) {
        const job = await client('jobs.get', { id });
        if (job.status !== 'queued' && job.status !== 'running') return job;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async close() {
      await app.close();
      rmSync(folder, { recursive: true });
    },
  };
}
