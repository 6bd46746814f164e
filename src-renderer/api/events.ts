import type { ServerEvent } from '../../src-main/contract/events.ts';
import { eventsUrl } from './client.ts';

type Listener = (event: ServerEvent) => void;

const listeners = new Set<Listener>();
const FIRST_WAIT = 250;
const LONGEST_WAIT = 4000;

/** Hears every event of the backend until the returned function is called. */
export function onServerEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Keeps a WebSocket to the backend open, with growing pauses between attempts.
 *
 * @param onOpen called after every (re)connection: what happened in between has to be asked for
 * @param onLost called when an open connection breaks, and after every failed attempt
 */
export function openEvents(onOpen: () => void, onLost: () => void): void {
  let wait = FIRST_WAIT;
  const open = () => {
    const socket = new WebSocket(eventsUrl());
    socket.onopen = () => {
      wait = FIRST_WAIT;
      onOpen();
    };
    socket.onmessage = (message) => {
      const event = JSON.parse(String(message.data)) as ServerEvent;
      for (const listener of listeners) listener(event);
    };
    socket.onclose = () => {
      onLost();
      setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  };
  open();
}
