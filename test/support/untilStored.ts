import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';

/**
 * Waits until a workspace that another process has open holds so many rows. It looks into the file: a command that asks takes a second to
 * start, in which a small training may end.
 * @param query gives a number, e.g. "SELECT count(*) FROM epochs"
 */
export async function untilStored(workspace: string, query: string, least: number): Promise<void> {
  const database = new Database(path.join(workspace, 'tessera.sqlite'), { readonly: true });
  try {
    const ask = database.prepare(query).pluck();
    while (Number(ask.get()) < least) await delay(10);
  } finally {
    database.close();
  }
}
