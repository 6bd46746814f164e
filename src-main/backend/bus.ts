import type { ServerEvent } from '../contract/events.ts';

export type Publish = (event: ServerEvent) => void;

/** Everything that happens, for whoever listens. */
export interface Bus {
  readonly publish: Publish;
  /** @returns how to stop listening */
  subscribe(listener: Publish): () => void;
}

export function createBus(): Bus {
  const listeners = new Set<Publish>();
  return {
    publish: (event) => listeners.forEach((listener) => listener(event)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
