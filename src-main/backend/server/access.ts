import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A token of this launch: 256 bits. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** In a time that does not tell how much of it was right. */
export function sameToken(given: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/**
 * Whether a request comes from where it may: addressed to this computer (any port, for an SSH tunnel; a foreign name that
 * resolves here would be DNS rebinding), and from a page that this server served.
 */
export function allowedSource(host: string | undefined, origin: string | undefined): boolean {
  if (host === undefined || !LOCAL_HOST.test(host)) return false;
  return origin === undefined || origin.toLowerCase() === `http://${host}`.toLowerCase();
}
