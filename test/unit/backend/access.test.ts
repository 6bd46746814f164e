import { describe, expect, it } from 'vitest';
import { allowedSource, newToken, sameToken } from '../../../src-main/backend/server/access.ts';

describe('allowedSource', () => {
  it.each(['127.0.0.1:4321', 'localhost:80', 'LOCALHOST', '[::1]:9'])('lets %s in', (host) => {
    expect(allowedSource(host, undefined)).toBe(true);
    expect(allowedSource(host, `http://${host}`)).toBe(true);
  });
  it.each([
    undefined,
    '',
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil:1',
    '10.0.0.1:80',
    'localhost:1@evil',
  ])('keeps the host %s out', (host) => expect(allowedSource(host, undefined)).toBe(false));
  it.each(['http://evil.example', 'null', 'http://localhost:2', 'https://localhost:1', 'file://'])(
    'keeps a page of %s out',
    (origin) => expect(allowedSource('localhost:1', origin)).toBe(false),
  );
});

describe('tokens', () => {
  it('have 256 bits and differ', () => {
    expect(Buffer.from(newToken(), 'base64url')).toHaveLength(32);
    expect(newToken()).not.toBe(newToken());
  });
  it('fit only themselves', () => {
    const token = newToken();
    expect(sameToken(token, token)).toBe(true);
    expect(sameToken(undefined, token)).toBe(false);
    expect(sameToken('', token)).toBe(false);
    expect(sameToken(`${token}x`, token)).toBe(false);
    expect(sameToken(token.slice(1), token)).toBe(false);
  });
});
