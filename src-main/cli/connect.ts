import { startBackend, type Backend } from '../backend/startBackend.ts';
import { WorkspaceInUseError } from '../backend/workspace/lock.ts';
import type { Client } from '../contract/requests.ts';
import { BackendGoneError, httpClient } from './httpClient.ts';

export interface Connection {
  readonly client: Client;
  /** Waits for what other commands have asked of this process, then closes. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** Requests that may be made twice. */
const READS = /\.(get|list|current)$/;

/**
 * A backend in this process; or, where another one has the workspace open, that one over HTTP. When that one ends, this
 * process takes the workspace over and goes on asking.
 * @param workspace null: none is opened
 */
export async function connect(workspace: string | null, createWorkspace: boolean): Promise<Connection> {
  let own: Backend | null = null;

  const attach = async (): Promise<Client> => {
    try {
      own = await startBackend({
        workspace: workspace ?? undefined,
        createWorkspace,
        adoptJobs: false,
      });
      return own.client;
    } catch (error) {
      if (!(error instanceof WorkspaceInUseError) || !error.contact) throw error;
      return httpClient(error.contact);
    }
  };

  let current = await attach();
  const client: Client = async (name, input) => {
    try {
      return await current(name, input);
    } catch (error) {
      if (!(error instanceof BackendGoneError) || !READS.test(name)) throw error;
      current = await attach();
      return current(name, input);
    }
  };
  return {
    client,
    async finish() {
      await own?.idle();
      await own?.close();
    },
    close: async () => own?.close(),
  };
}
