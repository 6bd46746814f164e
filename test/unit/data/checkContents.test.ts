import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, rename, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedContent } from '../../../src-main/contract/worker.ts';
import { checkContents } from '../../../src-main/data/checkContents.ts';
import { traceOf } from '../../../src-main/data/content.ts';
import { writeIndex } from '../../../src-main/data/packedPatches.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'tessera-contents-'))));
afterEach(() => rm(folder, { recursive: true }));

const at = (name: string) => path.join(folder, name);
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
const traceNow = async (name: string) => traceOf(await stat(at(name)));

/** Writes a file, and says what is on record of it. */
async function recorded(name: string, content: string): Promise<[string, RecordedContent]> {
  await writeFile(at(name), content);
  return [at(name), { sha256: sha256(content), trace: await traceNow(name) }];
}

async function check(contents: readonly [string, RecordedContent][], signal = new AbortController().signal) {
  const told: [number, number][] = [];
  const onProgress = (done: number, total: number) => void told.push([done, total]);
  const { retraced, wrong } = await checkContents(new Map(contents), { signal, onProgress });
  return {
    told,
    retraced: Object.fromEntries([...retraced].map(([file, trace]) => [path.basename(file), trace])),
    wrong: Object.fromEntries(wrong.map((each) => [path.basename(each.path), each.problem])),
  };
}

describe('checkContents', () => {
  it('finds what was changed or removed, and nothing wrong in what was touched, copied or never looked at', async () => {
    const contents = await Promise.all(
      ['same', 'touched', 'copied', 'changed', 'longer', 'gone', 'new'].map((name) => recorded(name, name)),
    );
    contents[6]![1] = { ...contents[6]![1], trace: null };
    await utimes(at('touched'), 1, 2);
    await copyFile(at('copied'), at('copy'));
    await rename(at('copy'), at('copied'));
    await writeFile(at('changed'), 'CHANGED');
    await writeFile(at('longer'), 'longer and longer');
    await unlink(at('gone'));
    const { told, retraced, wrong } = await check(contents);
    expect(wrong).toEqual({ changed: 'was changed', longer: 'was changed', gone: 'is no longer there' });
    const names = ['touched', 'copied', 'new'];
    expect(retraced).toEqual(
      Object.fromEntries(await Promise.all(names.map(async (name) => [name, await traceNow(name)]))),
    );
    expect(told.at(-1)).toEqual([7, 7]);
  });

  it('is not taken in by a file of the same size and time', async () => {
    const contents = [await recorded('a', 'aaaa'), await recorded('b', 'bbbb')];
    for (const name of ['a', 'b']) await utimes(at(name), 1000, 1000);
    for (const [file, content] of contents)
      contents[contents.findIndex(([other]) => other === file)]![1] = {
        ...content,
        trace: await traceNow(path.basename(file)),
      };
    expect((await check(contents)).wrong).toEqual({});
    await rename(at('a'), at('c'));
    await rename(at('b'), at('a'));
    await rename(at('c'), at('b'));
    expect((await stat(at('a'))).mtimeMs).toBe((await stat(at('b'))).mtimeMs);
    expect((await check(contents)).wrong).toEqual({ a: 'was changed', b: 'was changed' });
  });

  it('does not read what has its known trace', async () => {
    const [file, content] = await recorded('a', 'a');
    expect((await check([[file, { ...content, sha256: sha256('another') }]])).wrong).toEqual({});
  });

  it('looks at the patches of a pack one by one where its file has changed', async () => {
    const pixels = Buffer.alloc(3 * 2 * 2 * 3, 7);
    await writeFile(at('pixels'), pixels);
    const shape = { version: 1, count: 3, width: 2, height: 2, offset: 0 } as const;
    await writeIndex(at('p.h5.json'), {
      ...shape,
      broken: [],
      file: at('pixels'),
      source: { bytes: 1, modified: 1 },
    });
    const content = { sha256: sha256(pixels.subarray(0, 12)), trace: await traceNow('pixels') };
    const contents = [0, 1, 2].map((i): [string, RecordedContent] => [at(`p.h5#${i}`), content]);
    expect(await check(contents)).toMatchObject({ retraced: {}, wrong: {} });
    pixels[20] = 8;
    await writeFile(at('pixels'), pixels);
    const trace = await traceNow('pixels');
    expect(await check(contents)).toMatchObject({
      retraced: { 'p.h5#0': trace, 'p.h5#2': trace },
      wrong: { 'p.h5#1': 'was changed' },
    });
    await unlink(at('pixels'));
    expect((await check(contents)).wrong['p.h5#2']).toBe('is no longer there');
  });

  it('can be stopped', async () => {
    const contents = [await recorded('a', 'a')];
    await expect(check(contents, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });
});
