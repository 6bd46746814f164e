import { describe, expect, it } from 'vitest';
import { explain, mayPass, reasonOf, UserError } from '../../src-main/base/errors.ts';

const coded = (code: string, more: object = {}) =>
  Object.assign(new Error(`${code}: technical`), { code, ...more });

describe('trouble with a disk', () => {
  it.each([
    ['ENOSPC', /the disk is full.*Make room/],
    ['SQLITE_FULL', /the disk is full \(the workspace’s database\)\. Make room/],
    ['SQLITE_READONLY_DBMOVED', /read-only/],
    ['EROFS', /read-only/],
    ['SQLITE_IOERR_WRITE', /the disk answers with an error/],
    ['SQLITE_BUSY_SNAPSHOT', /another program has it locked/],
  ])('is told in words, with what to do: %s', (code, message) => {
    const { message: told, details } = explain(coded(code));
    expect(told).toMatch(message);
    expect(details).toContain(`${code}: technical`);
  });

  it('names the place, and is a short reason within other messages', () => {
    expect(explain(coded('EACCES', { path: '/a/b.png' })).message).toContain('(/a/b.png)');
    expect(reasonOf(coded('ENOSPC'))).toBe('the disk is full');
  });

  it('may pass where the database has it', () => {
    expect(['SQLITE_FULL', 'SQLITE_BUSY', 'ENOSPC'].map((code) => mayPass(coded(code)))).toEqual([
      true,
      true,
      false,
    ]);
    expect([new Error('a defect'), coded('SQLITE_CONSTRAINT'), 'text'].map(mayPass)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('other errors', () => {
  it('keep their own words', () => {
    expect(explain(new UserError('Choose another.', 'why'))).toEqual({
      message: 'Choose another.',
      details: 'why',
    });
    expect(explain(new TypeError('x is undefined')).message).toBe(
      'Something unexpected happened: x is undefined',
    );
    expect(reasonOf(coded('ENOENT'))).toBe('ENOENT: technical');
  });
});
