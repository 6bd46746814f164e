import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testBackend, type TestBackend } from './support.ts';

let backend: TestBackend;
beforeEach(async () => {
  backend = await testBackend();
  const page = path.join(backend.folder, 'page');
  mkdirSync(path.join(page, 'assets'), { recursive: true });
  writeFileSync(path.join(page, 'index.html'), '<!doctype html>page');
  writeFileSync(path.join(page, 'assets', 'a-1.js'), '1');
  writeFileSync(path.join(backend.folder, 'secret.txt'), 'secret');
});
afterEach(() => backend.close());

const HOST = { host: '127.0.0.1:4000' };
const get = (url: string, headers: Record<string, string> = HOST) =>
  backend.http.request(`http://127.0.0.1:4000${url}`, { headers });
const call = (name: string, body: string, headers: Record<string, string> = {}) =>
  backend.http.request(`http://127.0.0.1:4000/api/${name}`, {
    method: 'POST',
    headers: { ...HOST, authorization: `Bearer ${backend.token}`, ...headers },
    body,
  });

describe('requests', () => {
  it('need the token of this launch', async () => {
    expect((await call('app.info', '{}')).status).toBe(200);
    expect((await call('app.info', '{}', { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await call('app.info', '{}', { authorization: '' })).status).toBe(401);
  });

  it('are refused from foreign hosts and pages, token or not', async () => {
    expect((await call('app.info', '{}', { host: 'evil.example' })).status).toBe(403);
    expect((await call('app.info', '{}', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await call('app.info', '{}', { origin: 'http://127.0.0.1:4000' })).status).toBe(200);
    expect((await get('/', { host: 'evil.example' })).status).toBe(403);
  });

  it('are answered with errors in words', async () => {
    const failed = async (name: string, body: string) => {
      const response = await call(name, body);
      return [response.status, ((await response.json()) as { error: { message: string } }).error.message];
    };
    expect(await failed('nope', '{}')).toEqual([404, 'There is no request nope.']);
    expect(await failed('toString', '{}')).toEqual([404, 'There is no request toString.']);
    expect(await failed('datasets.get', '{"id": 7}')).toEqual([404, expect.stringMatching(/no dataset 7/)]);
    expect(await failed('datasets.get', '{"id": "7"}')).toEqual([
      400,
      expect.stringMatching(/expected number/),
    ]);
    expect(await failed('datasets.get', 'nonsense')).toEqual([400, expect.stringMatching(/not JSON/)]);
    await backend.client('workspace.close', {});
    expect(await failed('datasets.list', '{}')).toEqual([409, expect.stringMatching(/No workspace is open/)]);
  });

  it('may not be larger than a path and some settings', async () => {
    expect((await call('app.info', JSON.stringify({ x: 'x'.repeat(300_000) }))).status).toBe(413);
  });
});

describe('the page', () => {
  it('is served without a token, under a strict policy', async () => {
    const response = await get('/runs/7?x=1');
    expect([response.status, await response.text()]).toEqual([200, '<!doctype html>page']);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain('ws://127.0.0.1:4000');
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  });

  it('serves its files and nothing beside them', async () => {
    const script = await get('/assets/a-1.js');
    expect([script.status, script.headers.get('content-type')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ]);
    expect((await get('/assets/missing.js')).status).toBe(404);
    for (const escape of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%5c..%5c..%5csecret.txt',
      '/%',
    ])
      expect(await (await get(escape)).text()).not.toContain('secret');
  });
});

describe('images', () => {
  /** Imports nothing: puts rows into the store as an import would. */
  async function patchAt(relative: string): Promise<number> {
    const root = path.join(backend.folder, 'data');
    mkdirSync(path.join(root, 'a'), { recursive: true });
    const image = sharp({ create: { width: 200, height: 100, channels: 3, background: 'red' } });
    await image
      .clone()
      .png()
      .toFile(path.join(root, 'a', 'in.png'));
    await image.png().toFile(path.join(backend.folder, 'outside.png'));
    symlinkSync(path.join(backend.folder, 'outside.png'), path.join(root, 'a', 'link.png'));
    const { store } = backend.app.session();
    const id = store.datasets.insert({ name: 'd', layout: 'folder', root, source: root, mpp: null });
    const found = { path: relative, classIndex: 0, split: null, width: 1, height: 1, sha256: '0'.repeat(64) };
    store.patches.insertAll(id, [found]);
    return store.patches.labelled(id)[0]?.id ?? 0;
  }
  const thumbnail = (id: number, token = backend.token) => get(`/images/patches/${id}/64?token=${token}`);

  it('need the token', async () => {
    const id = await patchAt('a/in.png');
    expect((await thumbnail(id, 'wrong')).status).toBe(401);
    expect((await get(`/images/patches/${id}/64`)).status).toBe(401);
  });

  it('are made, cached and kept by the browser', async () => {
    const id = await patchAt('a/in.png');
    const response = await thumbnail(id);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('cache-control')).toMatch(/private.*immutable/);
    const { width, height } = await sharp(await response.arrayBuffer()).metadata();
    expect([width, height]).toEqual([64, 32]);
    const { files, store } = backend.app.session();
    const cached = files.thumbnail(store.patches.get(id)?.datasetId ?? 0, 64, id);
    writeFileSync(cached, 'from the cache');
    expect(await (await thumbnail(id)).text()).toBe('from the cache');
  });

  it.each(['../outside.png', 'a/../../outside.png', 'a/link.png'])(
    'never leave the folder: %s',
    async (relative) => {
      const response = await thumbnail(await patchAt(relative));
      expect(response.status).toBe(409);
      expect(await response.text()).toMatch(/outside its dataset/);
    },
  );

  it('that are gone are not found', async () => {
    expect((await thumbnail(await patchAt('a/gone.png'))).status).toBe(404);
    expect((await thumbnail(12345)).status).toBe(404);
    expect((await get(`/images/patches/1/63?token=${backend.token}`)).status).toBe(404);
  });
});
