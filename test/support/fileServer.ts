import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => void;

export interface FileServer {
  readonly url: string;
  readonly server: Server;
  /** Every request so far: "GET /a.bin bytes=5-". */
  readonly requests: string[];
  /** What each path answers. */
  readonly answers: Map<string, Misbehaviour>;
  close(): Promise<void>;
}

/** A server on this computer that answers each path as a test wants it to; 404 elsewhere. */
export async function fileServer(): Promise<FileServer> {
  const requests: string[] = [];
  const answers = new Map<string, Misbehaviour>();
  const server = createServer((request, response) => {
    const range = request.headers.range ? ` ${request.headers.range}` : '';
    requests.push(`${request.method} ${request.url}${range}`);
    const answer = answers.get(request.url ?? '');
    if (answer) answer(request, response);
    else response.writeHead(404).end('no such file');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    requests,
    answers,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Honest {
  readonly etag?: string;
  /** Breaks the connection off after so many bytes of each answer. */
  readonly breakAfter?: number;
  /** Milliseconds between pieces. */
  readonly pause?: number;
  /** Bytes of a piece. */
  readonly piece?: number;
}

/** Serves a file as a server should: ranges, If-Range, 416; and breaks off or dawdles where that is wanted. */
export function honest(
  content: Buffer,
  { etag = '"v1"', breakAfter, pause, piece = 65_536 }: Honest = {},
): Misbehaviour {
  return (request, response) => {
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const fresh = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
    const start = asked !== undefined && fresh ? Number(asked) : 0;
    const headers = { etag, 'accept-ranges': 'bytes' };
    if (start >= content.length && start > 0)
      return void response.writeHead(416, { ...headers, 'content-range': `bytes */${content.length}` }).end();
    const body = content.subarray(start);
    const range = { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
    response.writeHead(start > 0 ? 206 : 200, {
      ...headers,
      'content-length': body.length,
      ...(start > 0 && range),
    });
    if (breakAfter !== undefined && breakAfter < body.length)
      return void giveAndBreak(response, body.subarray(0, breakAfter));
    if (pause !== undefined) return void inPieces(response, body, piece, pause);
    response.end(body);
  };
}

/** The client gets to read what was sent before the connection breaks. */
export function giveAndBreak(response: ServerResponse, body: Buffer): void {
  response.write(body, () => setTimeout(() => response.destroy(), 50));
}

async function inPieces(response: ServerResponse, body: Buffer, piece: number, pause: number): Promise<void> {
  for (let at = 0; at < body.length && !response.destroyed; at += piece) {
    response.write(body.subarray(at, at + piece));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  response.end();
}

/** Takes no notice of ranges. */
export function rangeless(content: Buffer): Misbehaviour {
  return (_request, response) => {
    response.writeHead(200, { 'content-length': content.length }).end(content);
  };
}

export function redirect(to: string, status = 302): Misbehaviour {
  return (_request, response) => void response.writeHead(status, { location: to }).end();
}

export function failing(status: number, headers: Record<string, string> = {}): Misbehaviour {
  return (_request, response) => void response.writeHead(status, headers).end('no');
}
