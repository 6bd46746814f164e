import { preferences } from './preferences.ts';

/** Keeps what a window showed; numbers in a path mean something only in their workspace, so that is kept with it. */
export function rememberPlace(workspace: string | undefined, path: string): void {
  preferences.set('place', JSON.stringify([workspace ?? '', path]));
}

/** The path that was shown last in this workspace, or null. */
export function lastPlace(workspace: string | undefined): string | null {
  const [at, path] = JSON.parse(preferences.get('place') ?? '[]') as (string | undefined)[];
  return path && at === (workspace ?? '') ? path : null;
}
