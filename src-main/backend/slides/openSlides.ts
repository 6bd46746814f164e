import type { OpenSlide } from '../../slides/slide.ts';

const KEPT_OPEN = 8;

interface Entry {
  readonly slide: Promise<OpenSlide>;
  users: number;
  /** Left the cache while in use; closed by its last user. */
  evicted: boolean;
}

/** Open slide files, the most recently used kept open. */
export interface OpenSlides {
  /** Runs `work` on an open slide; it stays open until `work` is done. @throws UserError when it cannot be opened */
  use<T>(file: string, work: (slide: OpenSlide) => T | Promise<T>): Promise<T>;
  /** Lets go of a file, e.g. before it is deleted. */
  forget(file: string): void;
  close(): Promise<void>;
}

export function openSlides(): OpenSlides {
  const entries = new Map<string, Entry>(); // in order of use, the oldest first

  const evict = (file: string) => {
    const entry = entries.get(file);
    if (!entry) return;
    entries.delete(file);
    entry.evicted = true;
    if (entry.users === 0) closeQuietly(entry);
  };
  const enter = (file: string): Entry => {
    const known = entries.get(file);
    const entry = known ?? { slide: open(file), users: 0, evicted: false };
    if (!known) entry.slide.catch(() => entries.get(file) === entry && entries.delete(file)); // try anew next time
    entries.delete(file);
    entries.set(file, entry);
    const oldest = entries.keys().next().value;
    if (entries.size > KEPT_OPEN && oldest !== undefined) evict(oldest);
    return entry;
  };

  return {
    async use(file, work) {
      const entry = enter(file);
      entry.users++;
      try {
        return await work(await entry.slide);
      } finally {
        entry.users--;
        if (entry.evicted && entry.users === 0) closeQuietly(entry);
      }
    },
    forget: evict,
    async close() {
      const slides = [...entries.values()];
      entries.clear();
      await Promise.all(slides.map((entry) => entry.slide.then((slide) => slide.close()).catch(() => {})));
    },
  };
}

/** The readers bring sharp; most commands never need them. */
async function open(file: string): Promise<OpenSlide> {
  const { openSlide } = await import('../../slides/open.ts');
  return openSlide(file);
}

/** Whoever opened it has had the error of opening; a file that was only read cannot fail to close in a way that matters. */
function closeQuietly(entry: Entry): void {
  void entry.slide.then((slide) => slide.close()).catch(() => {});
}
