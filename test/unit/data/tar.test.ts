import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src-main/base/errors.ts';
import { extractTar } from '../../../src-main/data/import/extractTar.ts';
import { listTar } from '../../../src-main/data/import/tarListing.ts';
import { bitFlips, noiseBytes, truncations } from '../../support/damage.ts';
import { tarFile, type TarMember } from '../../support/tarFile.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'tessera-tar-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(members: readonly TarMember[] | Buffer): Promise<string> {
  const file = path.join(folder, 'x.tar');
  await writeFile(file, Buffer.isBuffer(members) ? members : tarFile(members as readonly TarMember[]));
  return file;
}
const extract = async (file: string) => extractTar(file, path.join(folder, 'out'), () => true);
const long = `${'a-long-name/'.repeat(20)}x.txt`;

describe('extractTar', () => {
  it('writes the files that are wanted, and nothing beside them', async () => {
    const file = await write([
      { name: 'd/', type: '5' },
      { name: './d/1.txt', content: 'one' },
      { name: 'd/2.txt', content: 'x'.repeat(2000) },
      { name: 'd/not.txt', content: 'no' },
    ]);
    const progress: number[] = [];
    const refused = await extractTar(file, path.join(folder, 'out'), (name) => !name.includes('not'), {
      onProgress: (done) => progress.push(done),
    });
    expect(refused).toEqual([]);
    expect((await readdir(path.join(folder, 'out/d'))).sort()).toEqual(['1.txt', '2.txt']);
    expect(await readFile(path.join(folder, 'out/d/2.txt'), 'utf8')).toBe('x'.repeat(2000));
    expect(progress).toEqual([1, 2]);
    expect((await readdir(folder)).sort()).toEqual(['out', 'x.tar']);
  });

  it('reads long names in GNU’s and in POSIX’s way', async () => {
    const record = (text: string) => {
      const length = text.length + 4;
      return `${length} ${text}\n`;
    };
    const gnu = await write([
      { name: '././@LongLink', type: 'L', content: `${long}\0` },
      { name: long.slice(0, 99), content: 'gnu' },
    ]);
    expect((await listTar(gnu)).entries).toMatchObject([{ path: long, size: 3 }]);
    const pax = await write([
      { name: 'pax', type: 'x', content: record(`path=${long.slice(0, 90)}`) },
      { name: 'short', content: 'pax' },
      { name: 'next', content: '' },
    ]);
    expect((await listTar(pax)).entries.map((entry) => entry.path)).toEqual([long.slice(0, 90), 'next']);
  });

  it.skipIf(!existsSync('/usr/bin/tar') && !existsSync('/bin/tar')).each(['gnu', 'posix', 'ustar', 'v7'])(
    'reads what GNU tar writes as %s',
    async (format) => {
      const name = format === 'v7' ? 'in/short.txt' : `in/${'deep-folder/'.repeat(10)}file.txt`;
      await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
      await writeFile(path.join(folder, name), 'content');
      execFileSync('tar', [`--format=${format}`, '-cf', 'y.tar', 'in'], { cwd: folder });
      expect(await extract(path.join(folder, 'y.tar'))).toEqual([]);
      expect(await readFile(path.join(folder, 'out', name), 'utf8')).toBe('content');
    },
  );

  it('leaves out links, devices and second files of a name, by name', async () => {
    const file = await write([
      { name: 'a.txt', content: 'first' },
      { name: 'link.txt', type: '2', linkName: '/etc/passwd' },
      { name: 'hard.txt', type: '1', linkName: 'a.txt' },
      { name: 'device', type: '3' },
      { name: 'a.txt', content: 'second' },
    ]);
    const refused = await extract(file);
    expect(Object.fromEntries(refused.map((entry) => [entry.path, entry.reason]))).toEqual({
      'link.txt': expect.stringMatching(/link/),
      'hard.txt': expect.stringMatching(/link/),
      device: expect.stringMatching(/ordinary/),
      'a.txt': expect.stringMatching(/two files/),
    });
    expect(await readdir(path.join(folder, 'out'))).toEqual(['a.txt']);
    expect(await readFile(path.join(folder, 'out/a.txt'), 'utf8')).toBe('first');
  });

  it.each(['../evil', 'a/../../evil', '/etc/evil', 'C:/evil', '..\\evil', '\\evil'])(
    'unpacks nothing of a tar that names %s',
    async (name) => {
      const file = await write([
        { name: 'a', content: 'a' },
        { name, content: 'evil' },
      ]);
      await expect(extract(file)).rejects.toThrow(/outside its folder/);
      const pax = `${name.length + 10} path=${name}\n`.replace(/^\d+/, String(name.length + 9));
      const hidden = await write([
        { name: 'x', type: 'x', content: pax },
        { name: 'fine', content: 'evil' },
      ]);
      await expect(extract(hidden)).rejects.toThrow(/outside its folder/);
      expect(await readdir(folder)).toEqual(['x.tar']);
    },
  );

  it('refuses absurd sizes without spending memory on them', async () => {
    const liar = await write([{ name: 'a', content: 'abc', claimedSize: 8 ** 11 - 1 }]);
    await expect(extract(liar)).rejects.toThrow(/torn/);
    const names = await write([{ name: 'L', type: 'L', content: Buffer.alloc(2 ** 21) }]);
    await expect(extract(names)).rejects.toThrow(/torn/);
  });

  it('stops when cancelled, and leaves nothing', async () => {
    const file = await write(Array.from({ length: 20 }, (_, i) => ({ name: `${i}`, content: 'x' })));
    const controller = new AbortController();
    const work = extractTar(file, path.join(folder, 'out'), () => true, {
      signal: controller.signal,
      onProgress: (done) => done === 5 && controller.abort(new Error('cancelled')),
    });
    await expect(work).rejects.toThrow('cancelled');
    expect(await readdir(folder)).toEqual(['x.tar']);
  });

  it('survives 400 damaged tars; cut ones are refused and leave nothing', async () => {
    const whole = tarFile([
      { name: 'L', type: 'L', content: `${long}\0` },
      { name: 'long', content: 'x'.repeat(700) },
      { name: 'pax', type: 'x', content: '18 path=some/name\n' },
      { name: 'short', content: 'y' },
      { name: 'last', content: 'z'.repeat(100) },
    ]);
    const needed = whole.subarray(0, whole.length - 1024);
    for (const cut of truncations(needed, 150))
      await expect(extract(await write(cut))).rejects.toBeInstanceOf(UserError);
    expect(await readdir(folder)).toEqual(['x.tar']);
    for (const bytes of [...bitFlips(whole, 200), ...noiseBytes(50, 3000)]) {
      const outcome = await extract(await write(bytes)).catch((error: unknown) => error);
      if (!Array.isArray(outcome)) expect(outcome).toBeInstanceOf(UserError);
      await rm(path.join(folder, 'out'), { recursive: true, force: true });
      expect(await readdir(folder)).toEqual(['x.tar']);
    }
  });
});
