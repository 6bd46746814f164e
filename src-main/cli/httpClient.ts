import { UserError } from '../base/errors.ts';
import { RequestError, type Client } from '../contract/requests.ts';

/** The process that answered has ended. */
export class BackendGoneError extends UserError {}

/** A client of a backend that runs in another process. @throws BackendGoneError when it no longer runs */
export function httpClient({ url, token }: { url: string; token: string }): Client {
  return async (name, input, signal) => {
    const response = await fetch(`${url}/api/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
      signal,
    }).catch(() => {
      signal?.throwIfAborted();
      throw new BackendGoneError(
        'The Tessera that had this workspace open has ended. Start the command again.',
      );
    });
    const body: unknown = await response.json();
    if (response.ok) return body as never; // of the type that the contract names; it was made by a typed handler
    const { message, details } = RequestError.parse(body).error;
    throw new UserError(message, details);
  };
}
