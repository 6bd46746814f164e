import { reasonOf } from '../../base/errors.ts';
import { AttemptFailure } from './attemptFailure.ts';

const MAX_REDIRECTS = 5;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Asks for a file, following a few redirects, none of them away from https. Plain http goes to this very computer only, where no one can
 * listen in.
 * @throws AttemptFailure; the signal's reason when aborted
 */
export async function requestFile(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  let at = allowed(new URL(url), null);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await ask(at, headers, signal);
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    at = allowed(target(location, at), at);
  }
  throw new AttemptFailure(`redirects more than ${MAX_REDIRECTS} times`, { again: false });
}

async function ask(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal) {
  try {
    // "identity": fetch would otherwise unpack on the way what was compressed on the way, and lengths would not fit.
    return await fetch(url, {
      headers: { 'user-agent': 'Tessera', 'accept-encoding': 'identity', ...headers },
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new AttemptFailure(`cannot be reached (${networkReason(error)})`, { again: true });
  }
}

/** fetch says "fetch failed" and keeps the reason as the cause. */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return reasonOf(cause ?? error);
}

function target(location: string, from: URL): URL {
  if (URL.canParse(location, from.href)) return new URL(location, from);
  throw new AttemptFailure('redirects to an address that is none', { again: false });
}

function allowed(url: URL, from: URL | null): URL {
  const secure = url.protocol === 'https:';
  const local = url.protocol === 'http:' && LOOPBACK.has(url.hostname) && from?.protocol !== 'https:';
  if (secure || local) return url;
  throw new AttemptFailure(
    from ? `redirects to ${url.protocol}//, which is not safe` : `is not asked without https`,
    { again: false },
  );
}
