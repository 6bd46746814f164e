import { createServer, type IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createBus } from '../../../src-main/backend/bus.ts';
import { serveEvents } from '../../../src-main/backend/server/eventSocket.ts';

/** What a connection that asks for a WebSocket is answered, which it does not live to read. */
function answerTo(url: string, headers: IncomingMessage['headers'] = { host: '127.0.0.1:4000' }): string {
  const server = createServer();
  const end = serveEvents(server, createBus(), 'token');
  const socket = new PassThrough();
  server.emit('upgrade', { url, headers } as IncomingMessage, socket, Buffer.alloc(0));
  const said = String(socket.read() ?? '');
  // Without a listener this throws, and would end the process.
  socket.emit('error', Object.assign(new Error('write ECONNRESET'), { code: 'ECONNRESET' }));
  end();
  return said;
}

it.each([
  ['a wrong token', '/events?token=x', undefined, /^HTTP\/1\.1 401 /],
  [
    'a foreign page',
    '/events?token=token',
    { host: '127.0.0.1:4000', origin: 'http://evil' },
    /^HTTP\/1\.1 403 /,
  ],
  ['another address', '/else', undefined, /^HTTP\/1\.1 404 /],
  ['what is no address', '//[', undefined, /^HTTP\/1\.1 404 /],
])('refuses %s, and outlives a connection that breaks off at once', (_what, url, headers, answer) => {
  expect(answerTo(url, headers)).toMatch(answer);
});
