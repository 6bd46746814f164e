import { describe, expect, it } from 'vitest';
import { readAnswer, type Asked } from '../../../../src-main/data/downloads/answer.ts';
import { AttemptFailure } from '../../../../src-main/data/downloads/attemptFailure.ts';
import { rangeHeaders } from '../../../../src-main/data/downloads/partState.ts';

const whole: Asked = { from: 0, bytes: null, etag: null, total: null };
const read = (status: number, headers: Record<string, string>, asked: Partial<Asked> = {}) =>
  readAnswer({ status, headers: new Headers(headers) }, { ...whole, ...asked });
const failure = (...args: Parameters<typeof read>): AttemptFailure => {
  try {
    read(...args);
  } catch (error) {
    if (error instanceof AttemptFailure) return error;
  }
  throw new Error('no failure');
};

describe('the answer to a request for a file', () => {
  it.each([
    ['announced', 200, { 'content-length': '10' }, {}, { kind: 'whole', total: 10 }],
    ['of no stated length', 200, {}, {}, { kind: 'whole', total: null }],
    ['of the known length', 200, {}, { bytes: 7 }, { kind: 'whole', total: 7 }],
    ['instead of the rest', 200, { 'content-length': '10' }, { from: 5 }, { kind: 'whole', total: 10 }],
    [
      'the rest',
      206,
      { 'content-range': 'bytes 5-9/10' },
      { from: 5, total: 10 },
      { kind: 'append', total: 10 },
    ],
    ['nothing more', 416, { 'content-range': 'bytes */10' }, { from: 10 }, { kind: 'complete' }],
  ])('%s', (_case, status, headers, asked, expected) => {
    expect(read(status, headers, asked)).toEqual(expected);
  });

  it.each([
    ['another size', 200, { 'content-length': '9' }, { bytes: 10 }, { again: false, anew: false }],
    ['a range without its place', 206, {}, { from: 5 }, { again: true, anew: true }],
    ['another range', 206, { 'content-range': 'bytes 4-9/10' }, { from: 5 }, { again: true, anew: true }],
    ['a range nobody asked for', 206, { 'content-range': 'bytes 3-9/10' }, {}, { again: true, anew: true }],
    [
      'the rest of a file of no stated size',
      206,
      { 'content-range': 'bytes 5-9/*' },
      { from: 5 },
      { again: true, anew: true },
    ],
    [
      'the rest of a longer file',
      206,
      { 'content-range': 'bytes 5-10/11' },
      { from: 5, total: 10 },
      { again: true, anew: true },
    ],
    [
      'the rest of a file of another size',
      206,
      { 'content-range': 'bytes 5-10/11' },
      { from: 5, bytes: 10 },
      { again: false },
    ],
    [
      'the rest of another file',
      206,
      { 'content-range': 'bytes 5-9/10', etag: '"b"' },
      { from: 5, etag: '"a"' },
      { again: true, anew: true },
    ],
    [
      'that the file is shorter',
      416,
      { 'content-range': 'bytes */4' },
      { from: 5 },
      { again: true, anew: true },
    ],
    ['416 without a size', 416, {}, { from: 5 }, { again: true, anew: true }],
    ['a server error', 502, {}, { from: 5 }, { again: true, anew: false }],
    ['that it is not there', 404, {}, {}, { again: false }],
    ['that it is forbidden', 403, {}, {}, { again: false }],
    ['no content', 204, {}, {}, { again: false }],
  ])('refuses %s', (_case, status, headers, asked, expected) => {
    expect(failure(status, headers as Record<string, string>, asked)).toMatchObject(expected);
  });

  it('waits as long as it is told to, and not for ever', () => {
    expect(failure(503, { 'retry-after': '2' }).waitMs).toBe(2000);
    expect(failure(503, { 'retry-after': '86400' }).waitMs).toBe(60_000);
    expect(failure(503, { 'retry-after': 'tomorrow' }).waitMs).toBe(0);
    const date = failure(503, { 'retry-after': new Date(Date.now() + 5000).toUTCString() }).waitMs;
    expect(date).toBeGreaterThan(3000);
    expect(date).toBeLessThanOrEqual(5000);
  });
});

describe('the request for the rest', () => {
  const state = {
    url: 'https://a/x',
    etag: '"v1"',
    lastModified: 'Mon, 01 Jan 2024 00:00:00 GMT',
    total: 10,
  };

  it('names what it belongs to', () => {
    expect(rangeHeaders(5, 'https://a/x', state, true)).toEqual({ range: 'bytes=5-', 'if-range': '"v1"' });
    const weak = { ...state, etag: 'W/"v1"' };
    expect(rangeHeaders(5, 'https://a/x', weak, true)?.['if-range']).toBe(state.lastModified);
  });

  it('goes without that only where a checksum tells in the end', () => {
    expect(rangeHeaders(5, 'https://mirror/x', state, true)).toEqual({ range: 'bytes=5-' });
    expect(rangeHeaders(5, 'https://mirror/x', state, false)).toBeNull();
    expect(rangeHeaders(5, 'https://a/x', null, false)).toBeNull();
    expect(rangeHeaders(0, 'https://a/x', state, true)).toBeNull();
  });
});
