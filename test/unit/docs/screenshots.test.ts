import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../support/app.ts';
import { LARGEST } from '../../screenshots/smallPng.ts';

const folder = path.join(root, 'docs/screenshots');
const guide = await readFile(path.join(root, 'docs/guide.md'), 'utf8');
const shown = [...guide.matchAll(/!\[([^\]]*)\]\(screenshots\/([^)]+)\)/g)].map(([, alt, file]) => ({
  alt,
  file,
}));
const taken = await readdir(folder);

describe('the guide’s pictures', () => {
  it('are those that were taken, each shown once', () => {
    expect(shown.map(({ file }) => file).toSorted()).toEqual(taken.toSorted());
    expect(shown.length).toBeGreaterThan(0);
  });

  it('say in words what they show', () => {
    for (const { alt, file } of shown) expect(alt?.length, file).toBeGreaterThan(40);
  });

  it('stay small', async () => {
    const sizes = await Promise.all(taken.map(async (file) => (await stat(path.join(folder, file))).size));
    expect(Math.max(...sizes)).toBeLessThan(LARGEST);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_000_000);
  });
});
