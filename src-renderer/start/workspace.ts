import { client } from '../api/client.ts';
import { store } from '../state/store.svelte.ts';
import { attempt } from '../state/toasts.svelte.ts';

/** Opens a workspace, or makes the folder into one where it is none yet. False, with a toast, where that failed. */
export async function openWorkspace(path: string, create: boolean): Promise<boolean> {
  const opened = await attempt(async () => {
    const recent = create ? await client('workspace.recent', {}) : [];
    const exists = recent.some((one) => one.path === path && !one.missing);
    await client('workspace.open', { path, create: create && !exists });
    await store.refresh();
    return true;
  });
  return opened ?? false;
}
