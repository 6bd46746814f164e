/** A place in the application. `/runs/5?cell=0,2` is screen "runs" with params {id: "5", cell: "0,2"}. */
export interface Place {
  readonly screen: string;
  readonly params: Readonly<Record<string, string>>;
}

function placeOf(url: URL): Place {
  const [screen = '', id] = url.pathname.split('/').filter(Boolean);
  const query = Object.fromEntries(url.searchParams);
  return { screen, params: id ? { ...query, id: decodeURIComponent(id) } : query };
}

/** Path routing with the browser's history: back works, and a reload shows what it showed. */
class Router {
  #url = $state.raw(new URL(location.href));
  readonly place: Place = $derived(placeOf(this.#url));
  /** Path and query, as in the address bar. */
  readonly path: string = $derived(this.#url.pathname + this.#url.search);

  constructor() {
    addEventListener('popstate', () => this.#read());
  }

  go(path: string): void {
    if (path === this.path) return;
    history.pushState(null, '', path);
    this.#read();
  }

  /** Changes the address without a step in the history. */
  replace(path: string): void {
    history.replaceState(null, '', path);
    this.#read();
  }

  /** The present address with other query values; null removes one. */
  withQuery(changes: Record<string, string | null>): string {
    const url = new URL(this.#url);
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) url.searchParams.delete(key);
      else url.searchParams.set(key, value);
    }
    return url.pathname + url.search;
  }

  #read(): void {
    this.#url = new URL(location.href);
  }
}

export const router = new Router();

/** Lets plain `<a href="/…">` links move within the page; new tabs and modified clicks stay the browser's. */
export function followLinks(event: MouseEvent): void {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const href = link?.getAttribute('href');
  if (!plain || event.defaultPrevented || !href?.startsWith('/') || link?.target) return;
  event.preventDefault();
  router.go(href);
}
