import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DownloadFile } from '../../../src-main/contract/values/download.ts';
import { downloadFile } from '../../../src-main/data/downloads/downloadFile.ts';
import {
  failing,
  fileServer,
  giveAndBreak,
  honest,
  rangeless,
  redirect,
  type FileServer,
} from '../../support/fileServer.ts';

const content = randomBytes(300_000);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const hasty = { stallMs: 300, waitsMs: [1, 1] };

let server: FileServer;
let folder: string;
beforeEach(async () => {
  server = await fileServer();
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-download-'));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** A file of the catalogue at "/a.bin", of which everything is known. */
const wanted = (changes: Partial<DownloadFile> = {}): DownloadFile => ({
  name: 'a.bin',
  url: `${server.url}/a.bin`,
  mirrors: [],
  bytes: content.length,
  checksum: { algorithm: 'sha256', hex: sha256(content) },
  ...changes,
});

interface Run {
  readonly sizes: number[];
  received: number;
}
async function download(file: DownloadFile, signal = new AbortController().signal): Promise<Run> {
  const run: Run = { sizes: [], received: 0 };
  const listener = {
    size: (bytes: number) => void run.sizes.push(bytes),
    received: (bytes: number) => void (run.received += bytes),
  };
  await downloadFile(file, folder, listener, signal, hasty);
  return run;
}
const result = () => readFile(path.join(folder, 'a.bin'));
/** The whole file is there, is right, and nothing else is. */
async function expectWhole(expected = content): Promise<void> {
  expect(await readdir(folder)).toEqual(['a.bin']);
  expect((await result()).equals(expected)).toBe(true);
}

describe('a server that behaves', () => {
  it('gives the file; it appears under its name only when it is whole', async () => {
    server.answers.set('/a.bin', honest(content));
    const { received, sizes } = await download(wanted());
    await expectWhole();
    expect([received, sizes.at(-1)]).toEqual([content.length, content.length]);
  });

  it.each([
    ['md5', { algorithm: 'md5', hex: createHash('md5').update(content).digest('hex') }],
    ['no checksum', null],
  ] as const)('with %s and unknown size', async (_case, checksum) => {
    server.answers.set('/a.bin', honest(content));
    await download(wanted({ checksum, bytes: null }));
    await expectWhole();
  });

  it('is not asked at all for a file that is there and right', async () => {
    await writeFile(path.join(folder, 'a.bin'), content);
    await download(wanted());
    expect(server.requests).toEqual([]);
  });

  it('never overwrites another file of that name', async () => {
    await writeFile(path.join(folder, 'a.bin'), 'mine');
    await expect(download(wanted())).rejects.toThrow(/a\.bin is there already/);
    expect(await readFile(path.join(folder, 'a.bin'), 'utf8')).toBe('mine');
  });
});

describe('a connection that breaks off', () => {
  it('is gone on with by ranges until the file is whole, each byte once', async () => {
    server.answers.set('/a.bin', honest(content, { breakAfter: 110_000 }));
    const { received } = await download(wanted());
    await expectWhole();
    expect(server.requests).toEqual(['GET /a.bin', 'GET /a.bin bytes=110000-', 'GET /a.bin bytes=220000-']);
    expect(received).toBe(content.length);
  });

  it('begins anew where the server ignores ranges, and gives up when that never gets further', async () => {
    server.answers.set('/a.bin', (_request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      giveAndBreak(response, content.subarray(0, 50_000));
    });
    await expect(download(wanted())).rejects.toThrow(/a\.bin could not be downloaded: 127.* broke off/);
    expect(server.requests).toHaveLength(4); // one that brought something, one more, and two after waiting
    expect((await readFile(path.join(folder, 'a.bin.part'))).equals(content.subarray(0, 50_000))).toBe(true);
  });

  it('takes the whole from a server that ignores ranges', async () => {
    await writeFile(path.join(folder, 'a.bin.part'), content.subarray(0, 1000));
    server.answers.set('/a.bin', rangeless(content));
    await download(wanted());
    await expectWhole();
    expect(server.requests).toEqual(['GET /a.bin bytes=1000-']);
  });

  it('counts as dead when nothing comes for a while', async () => {
    let first = true;
    server.answers.set('/a.bin', (request, response) => {
      if (!first) return honest(content)(request, response);
      first = false;
      response.writeHead(200, { 'content-length': content.length, etag: '"v1"' });
      response.write(content.subarray(0, 70_000));
    });
    await download(wanted());
    await expectWhole();
    expect(server.requests).toEqual(['GET /a.bin', 'GET /a.bin bytes=70000-']);
  });

  it('says so when a server never answers', async () => {
    server.answers.set('/a.bin', () => {});
    await expect(download(wanted())).rejects.toThrow(/sent nothing for/);
  });

  it('keeps what came when it is cancelled, and goes on later', async () => {
    server.answers.set('/a.bin', honest(content, { pause: 40 }));
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('cancelled')), 100);
    await expect(download(wanted(), controller.signal)).rejects.toThrow('cancelled');
    const kept = (await readFile(path.join(folder, 'a.bin.part'))).length;
    expect(kept).toBeGreaterThan(0);
    server.answers.set('/a.bin', honest(content));
    const { received } = await download(wanted());
    await expectWhole();
    expect(received).toBe(content.length - kept);
  });
});

describe('a part from before', () => {
  const leave = async (bytes: Buffer, etag: string | null = '"v1"') => {
    await writeFile(path.join(folder, 'a.bin.part'), bytes);
    const state = { url: `${server.url}/a.bin`, etag, lastModified: null, total: content.length };
    await writeFile(path.join(folder, 'a.bin.part.json'), JSON.stringify(state));
  };

  it('is dropped when the server has another file by now', async () => {
    const other = randomBytes(200_000);
    await leave(content.subarray(0, 100_000));
    server.answers.set('/a.bin', honest(other, { etag: '"v2"' }));
    await download(wanted({ checksum: null, bytes: null }));
    await expectWhole(other);
  });

  it('is dropped when a server that ignores If-Range serves another file’s rest', async () => {
    await leave(content.subarray(0, 100_000));
    server.answers.set('/a.bin', (request, response) => {
      delete request.headers['if-range'];
      honest(content, { etag: '"v2"' })(request, response);
    });
    await download(wanted({ checksum: null, bytes: null }));
    await expectWhole();
    expect(server.requests).toEqual(['GET /a.bin bytes=100000-', 'GET /a.bin']);
  });

  it('is hashed again: a broken one is found out, and the file fetched anew', async () => {
    const broken = Buffer.from(content.subarray(0, 100_000));
    broken.writeUInt8(broken.readUInt8(500) ^ 1, 500);
    await leave(broken);
    server.answers.set('/a.bin', honest(content));
    await download(wanted());
    await expectWhole();
    expect(server.requests).toEqual(['GET /a.bin bytes=100000-', 'GET /a.bin']);
  });

  it('that is complete needs no server', async () => {
    await leave(content);
    await download(wanted());
    await expectWhole();
    expect(server.requests).toEqual([]);
  });

  it('that is complete, of unknown size, is answered with 416', async () => {
    await leave(content);
    server.answers.set('/a.bin', honest(content));
    await download(wanted({ bytes: null }));
    await expectWhole();
    expect(server.requests).toEqual([`GET /a.bin bytes=${content.length}-`]);
  });

  it('that is longer than the file is dropped', async () => {
    await leave(Buffer.concat([content, content]));
    server.answers.set('/a.bin', honest(content));
    await download(wanted({ bytes: null, checksum: null }));
    await expectWhole();
  });

  it('is not gone on with where nothing could tell that the file is still the same', async () => {
    await leave(content.subarray(0, 100_000), null);
    server.answers.set('/a.bin', honest(content));
    await download(wanted({ checksum: null, bytes: null }));
    await expectWhole();
    expect(server.requests).toEqual(['GET /a.bin']);
  });

  it('is gone on with at a mirror, the checksum telling whether they fit', async () => {
    await leave(content.subarray(0, 100_000));
    server.answers.set('/a.bin', failing(503));
    server.answers.set('/mirror', honest(content, { etag: '"other"' }));
    await download(wanted({ mirrors: [`${server.url}/mirror`] }));
    await expectWhole();
    expect(server.requests.at(-1)).toBe('GET /mirror bytes=100000-');
  });
});

describe('a server that lies', () => {
  it('about the length, too short: found by the catalogue’s size before anything is fetched', async () => {
    server.answers.set('/a.bin', (_request, response) => {
      response.writeHead(200, { 'content-length': 1000 }).end(content.subarray(0, 1000));
    });
    await expect(download(wanted())).rejects.toThrow(/announces 1,000 bytes where the file has 300,000/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('about the length, too long: what it cannot give is asked for, then given up', async () => {
    server.answers.set('/a.bin', (_request, response) => {
      response.writeHead(200, { 'content-length': content.length + 5 });
      response.write(content, () => response.destroy());
    });
    await expect(download(wanted({ bytes: null }))).rejects.toThrow(/broke off/);
    expect(existsSync(path.join(folder, 'a.bin'))).toBe(false);
  });

  it('by sending without end', async () => {
    server.answers.set('/a.bin', (_request, response) => {
      response.writeHead(200); // chunked: no length at all
      const more = () => void (response.destroyed || response.write(content, more));
      more();
    });
    await expect(download(wanted())).rejects.toThrow(/sends more than the 300,000 bytes/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('by ending a stream of no stated length too early', async () => {
    server.answers.set('/a.bin', (_request, response) =>
      response.writeHead(200).end(content.subarray(0, 10)),
    );
    await expect(download(wanted())).rejects.toThrow(/broke off after 10 of 300,000 bytes/);
  });

  it('about the content: the file with the wrong checksum is not kept, and is named', async () => {
    const wrong = Buffer.from(content);
    wrong.writeUInt8(wrong.readUInt8(7) ^ 1, 7);
    server.answers.set('/a.bin', honest(wrong));
    await expect(download(wanted())).rejects.toMatchObject({
      message: expect.stringMatching(
        /a\.bin could not be downloaded: .* wrong checksum\. Nothing of it was kept/,
      ),
      details: expect.stringContaining(sha256(content)),
    });
    expect(await readdir(folder)).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('about the range', async () => {
    await writeFile(path.join(folder, 'a.bin.part'), content.subarray(0, 1000));
    server.answers.set('/a.bin', (request, response) => {
      if (!request.headers.range) return honest(content)(request, response);
      response
        .writeHead(206, { 'content-range': `bytes 0-99/${content.length}` })
        .end(content.subarray(0, 100));
    });
    await download(wanted());
    await expectWhole();
  });

  it('by compressing on the way', async () => {
    server.answers.set('/a.bin', (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    });
    await expect(download(wanted())).rejects.toThrow(/encoded as gzip/);
  });
});

describe('redirects and mirrors', () => {
  it('follows a few', async () => {
    server.answers.set('/a.bin', redirect('/b', 301));
    server.answers.set('/b', redirect(`${server.url}/c`, 307));
    server.answers.set('/c', honest(content));
    await download(wanted());
    await expectWhole();
  });

  it.each([
    ['a circle', '/a.bin', /redirects more than 5 times/],
    ['another protocol', 'ftp://127.0.0.1/a', /redirects to ftp:/],
    ['a file', 'file:///etc/passwd', /redirects to file:/],
    ['plain http elsewhere', 'http://example.org/a', /redirects to http:/],
    ['nonsense', 'http://[', /no such|none/],
  ])('refuses to be sent to %s', async (_case, to, message) => {
    server.answers.set('/a.bin', redirect(to));
    await expect(download(wanted())).rejects.toThrow(message);
  });

  it('asks no other computer without https', async () => {
    await expect(download(wanted({ url: 'http://example.org/a.bin' }))).rejects.toThrow(/without https/);
  });

  it.each([
    ['404', failing(404), 1],
    ['500, several times', failing(500), 3],
    ['the wrong file', honest(randomBytes(300_000)), 1],
    ['too many requests', failing(429, { 'retry-after': '0' }), 3],
  ])('goes to the next mirror after %s', async (_case, bad, attempts) => {
    server.answers.set('/a.bin', bad);
    server.answers.set('/mirror', honest(content));
    await download(wanted({ mirrors: [`${server.url}/mirror`] }));
    await expectWhole();
    expect(server.requests.filter((request) => request.startsWith('GET /a.bin'))).toHaveLength(attempts);
  });

  it('names every server that failed, and why', async () => {
    server.answers.set('/a.bin', failing(404));
    const file = wanted({ mirrors: ['http://127.0.0.1:1/a.bin'] });
    await expect(download(file)).rejects.toThrow(/answers 404; 127\.0\.0\.1:1 cannot be reached \(/);
  });
});
