import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Bus } from '../bus.ts';
import { allowedSource, sameToken } from './access.ts';

/** A window that falls this many bytes behind is cut off; it reconnects and loads what it shows. */
const MOST_BUFFERED = 16 * 2 ** 20;

/** Pushes every event to the WebSockets at `/events?token=`. @returns how to end them */
export function serveEvents(server: Server, bus: Bus, token: string): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy()); // a page that has gone already must not end the backend
    const refusal = refuse(request, token);
    if (refusal) return void socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (client) => client.on('error', () => client.terminate()));
  });

  const unsubscribe = bus.subscribe((event) => {
    if (sockets.clients.size === 0) return;
    const text = JSON.stringify(event);
    for (const client of sockets.clients) {
      if (client.bufferedAmount > MOST_BUFFERED) client.terminate();
      else client.send(text);
    }
  });
  return () => {
    unsubscribe();
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  };
}

/** The status line's end where a connection is not allowed. */
function refuse({ headers, url }: IncomingMessage, token: string): string | null {
  if (!allowedSource(headers.host, headers.origin)) return '403 Forbidden';
  const target = URL.parse(url ?? '/', 'http://localhost'); // null: not even an address
  if (target?.pathname !== '/events') return '404 Not Found';
  return sameToken(target.searchParams.get('token') ?? undefined, token) ? null : '401 Unauthorized';
}
