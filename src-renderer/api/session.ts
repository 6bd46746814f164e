/** Where the backend listens, and the token of this launch. */
export interface Session {
  readonly url: string;
  readonly token: string;
}

const KEY = 'tessera.token';

/**
 * Finds the backend: from Electron's bridge, else from this page's own address. The token of `?token=` moves into the
 * tab's session storage and leaves the address bar, so that it is not copied or bookmarked by accident.
 *
 * @returns null where there is no token: the address was opened without it
 */
export async function findSession(): Promise<Session | null> {
  if (window.tessera) return window.tessera.backend();
  const address = new URL(location.href);
  const given = address.searchParams.get('token');
  if (given) {
    sessionStorage.setItem(KEY, given);
    address.searchParams.delete('token');
    history.replaceState(history.state, '', address);
  }
  const token = given ?? sessionStorage.getItem(KEY);
  return token ? { url: location.origin, token } : null;
}
