import type { Client, RequestError } from '../../src-main/contract/requests.ts';
import type { Session } from './session.ts';

/** A request that the backend refused or could not carry out; `message` is meant for the user. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** For "copy details". */
  readonly details: string | null;

  /** HTTP status; 0 where there was no answer. */
  readonly status: number;

  constructor(message: string, details: string | null = null, status = 0) {
    super(message);
    this.details = details;
    this.status = status;
  }
}

let session: Session = { url: '', token: '' };

/** Sets the backend that `client` and `imageUrl` talk to. */
export function connect(to: Session): void {
  session = to;
}

/** Calls a request of the contract. Throws `ApiError` with a sentence for the user, or the signal's reason. */
export const client: Client = async (name, input, signal) => {
  const response = await post(name, input, signal);
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as Awaited<ReturnType<typeof client<typeof name>>>;
  const { error } = (body ?? {}) as Partial<RequestError>;
  throw new ApiError(
    error?.message ?? `Tessera could not carry this out (${name} answered ${response.status}).`,
    error?.details ?? null,
    response.status,
  );
};

async function post(name: string, input: unknown, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(`${session.url}/api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${session.token}` },
      body: JSON.stringify(input),
      signal,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ApiError(
      'Tessera’s background process does not answer. What is running there goes on; try again in a moment.',
      `${name}: ${String(cause)}`,
    );
  }
}

/** The address of one of `imageRoutes`, with the token. */
export function imageUrl(route: string): string {
  return `${session.url}${route}?token=${encodeURIComponent(session.token)}`;
}

/** The address of the event stream, with the token. */
export function eventsUrl(): string {
  return `${session.url.replace(/^http/, 'ws')}/events?token=${encodeURIComponent(session.token)}`;
}
