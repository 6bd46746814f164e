/*
 * Small things that a window remembers. Cookies, because the backend listens on another port at every launch: to local
 * storage that is another origin, while cookies belong to the host whatever the port. Nothing secret goes in here.
 */
const YEAR = 31_536_000;

type Key = 'theme' | 'place';

export const preferences = {
  get(key: Key): string | null {
    const found = document.cookie.split('; ').find((part) => part.startsWith(`tessera.${key}=`));
    return found ? decodeURIComponent(found.slice(found.indexOf('=') + 1)) : null;
  },
  set(key: Key, value: string | null): void {
    const age = value === null ? 0 : YEAR;
    document.cookie = `tessera.${key}=${encodeURIComponent(value ?? '')}; path=/; max-age=${age}; SameSite=Strict`;
  },
};
