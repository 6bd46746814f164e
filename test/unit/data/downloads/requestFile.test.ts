import { afterEach, describe, expect, it, vi } from 'vitest';
import { requestFile } from '../../../../src-main/data/downloads/requestFile.ts';

const { signal } = new AbortController();
afterEach(() => void vi.unstubAllGlobals());

/** Stands in for servers elsewhere: each address redirects to the next one, the last one answers. */
function redirects(...addresses: string[]) {
  const asked: { url: string; range: string | null }[] = [];
  vi.stubGlobal('fetch', (url: URL, { headers }: { headers: Record<string, string> }) => {
    asked.push({ url: url.href, range: headers.range ?? null });
    const next = addresses[asked.length];
    return Promise.resolve(
      next === undefined
        ? new Response('whole')
        : new Response(null, { status: 302, headers: { location: next } }),
    );
  });
  return asked;
}
const a = 'https://a.example/file';

describe('a request for a file elsewhere', () => {
  it('asks every address on the way for the same part', async () => {
    const asked = redirects(a, 'https://b.example/file', '/other');
    const response = await requestFile(a, { range: 'bytes=5-' }, signal);
    expect(await response.text()).toBe('whole');
    expect(asked).toEqual([
      { url: a, range: 'bytes=5-' },
      { url: 'https://b.example/file', range: 'bytes=5-' },
      { url: 'https://b.example/other', range: 'bytes=5-' },
    ]);
  });

  it.each(['http://a.example/file', 'http://127.0.0.1/file', 'http://localhost/', 'file:///a', 'data:,x'])(
    'is never led from https to %s',
    async (to) => {
      const asked = redirects(a, to);
      await expect(requestFile(a, {}, signal)).rejects.toThrow(/which is not safe/);
      expect(asked).toHaveLength(1);
    },
  );

  it('follows five redirects and no more', async () => {
    const five = [a, '/1', '/2', '/3', '/4', '/5'];
    redirects(...five);
    expect((await requestFile(a, {}, signal)).status).toBe(200);
    redirects(...five, '/6');
    await expect(requestFile(a, {}, signal)).rejects.toThrow(/more than 5 times/);
  });
});
