import { copyFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { fingerprint } from '../../../../src-main/slides/annotations/fingerprint.ts';
import { temporaryFolder } from '../../../support/slides.ts';

const folder = temporaryFolder();

it('a fingerprint tells contents apart, wherever they differ, and not names or dates', async () => {
  const [file, copy] = [path.join(folder, 'a.svs'), path.join(folder, 'b.svs')];
  const bytes = Buffer.alloc(300_000, 7);
  writeFileSync(file, bytes);
  copyFileSync(file, copy);
  utimesSync(copy, 1, 1);
  const own = await fingerprint(file);
  expect(await fingerprint(copy)).toBe(own);
  for (const at of [0, 65_535, 65_536, 150_000, 234_465, 299_999]) {
    const other = Buffer.from(bytes);
    other[at] = 8;
    writeFileSync(copy, other);
    expect([at, await fingerprint(copy)]).not.toEqual([at, own]);
  }
  for (const other of [bytes.subarray(1), Buffer.concat([bytes, Buffer.of(7)]), Buffer.alloc(0)]) {
    writeFileSync(copy, other);
    expect(await fingerprint(copy)).not.toBe(own);
  }
});
