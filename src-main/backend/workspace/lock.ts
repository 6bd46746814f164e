import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { UserError, explain, reasonOf } from '../../base/errors.ts';
import { exclusiveLock } from '../../store/exclusiveLock.ts';

/** How to reach the process that has a workspace open. */
export const Contact = z.object({ pid: z.int(), url: z.string(), token: z.string() });
export type Contact = z.infer<typeof Contact>;

/** Another process has the workspace open; `contact` says how to talk to it, where it could be reached. */
export class WorkspaceInUseError extends UserError {
  readonly contact: Contact | null;

  constructor(folder: string, contact: Contact | null) {
    const who = contact ? ` (process ${contact.pid}, ${contact.url})` : '';
    super(
      `The workspace ${folder} is open in another Tessera${who}. Use that one, or close it first; two at once would spoil each other's work.`,
    );
    this.contact = contact;
  }
}

/** Milliseconds for a process that has the lock and is just opening or closing the workspace. */
const PATIENCE = 6000;
const PAUSE = 200;

/**
 * Makes this process the only one that has the workspace open. The truth is a lock of the operating system's, which a
 * dead process cannot hold; `lock.json` tells others (the command line above all) how to reach the holder.
 * @returns how to give the workspace back
 * @throws WorkspaceInUseError; UserError where nothing can be written
 */
export async function lockWorkspace(folder: string, own: Contact): Promise<() => Promise<void>> {
  const file = path.join(folder, 'lock.json');
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline) {
    const unlock = takeLock(folder);
    if (unlock) {
      try {
        await rm(file, { force: true }); // a dead process may have left it
        await writeFile(file, JSON.stringify(own), { mode: 0o600 });
      } catch (error) {
        unlock();
        throw unusable(folder, error);
      }
      return async () => {
        await rm(file, { force: true });
        unlock();
      };
    }
    const contact = await readContact(file);
    if (contact && (await answers(contact))) throw new WorkspaceInUseError(folder, contact);
    await delay(PAUSE);
  }
  throw new WorkspaceInUseError(folder, null);
}

function takeLock(folder: string): (() => void) | null {
  try {
    return exclusiveLock(path.join(folder, 'lock'));
  } catch (error) {
    throw unusable(folder, error);
  }
}

const unusable = (folder: string, error: unknown) =>
  new UserError(
    `The workspace ${folder} cannot be opened: ${reasonOf(error)}. Tessera has to write there.`,
    explain(error).details,
  );

async function readContact(file: string): Promise<Contact | null> {
  try {
    return Contact.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null; // not written yet, or half: the caller tries again
  }
}

/** Whether the holder answers to its token. */
async function answers({ url, token }: Contact): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/app.info`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(2000),
    });
    return response.ok;
  } catch {
    return false; // it may be starting or ending: the caller tries again
  }
}
