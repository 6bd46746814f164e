import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TaskTable } from '../../../src-main/jobs/memoryHost.ts';
import { UserError } from '../../../src-main/base/errors.ts';
import { testBackend, type TestBackend } from './support.ts';
import { card } from './tasks.ts';

let backend: TestBackend;
afterEach(async () => {
  vi.useRealTimers();
  await backend.close();
});

const forever = (_: unknown, { signal }: { signal: AbortSignal }) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')));
  });

async function importing(tasks: TaskTable, name: string) {
  backend = await testBackend(tasks);
  const file = path.join(backend.folder, name);
  writeFileSync(file, `the content of ${name}`);
  return { file, take: () => backend.client('models.import', { path: file }) };
}

describe('an import', () => {
  it.each(['model.onnx', 'weights.safetensors'])('of %s that never ends is stopped', async (name) => {
    const { file, take } = await importing({ importWeights: forever, inspectModel: forever }, name);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const taken = expect(take()).rejects.toThrow(
      `Reading ${file} took longer than 5 minutes and was stopped.`,
    );
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    await taken;
    expect(await backend.client('models.list', {})).toEqual([]);
  });

  it('that is refused leaves nothing behind', async () => {
    let written = '';
    const { take } = await importing(
      {
        importWeights: async ({ folder }) => {
          written = folder;
          mkdirSync(folder, { recursive: true });
          throw new UserError('It does not fit.');
        },
      },
      'resnet.pth.tar',
    );
    await expect(take()).rejects.toThrow('It does not fit.');
    expect(await backend.client('models.list', {})).toEqual([]);
    expect([written.startsWith(backend.workspace), existsSync(written)]).toEqual([true, false]);
  });

  it('is called like its file, without its ending', async () => {
    const { take } = await importing({ inspectModel: async () => ({ card }) }, 'my.best.onnx');
    expect((await take()).name).toBe('my.best');
  });

  it('of what is not there says so', async () => {
    backend = await testBackend({});
    const taken = backend.client('models.import', { path: '/no/such.pth' });
    await expect(taken).rejects.toThrow(
      /The model file \/no\/such\.pth could not be read: there is no such file\. Check the path/,
    );
    expect(existsSync(path.join(backend.workspace, 'models', '1'))).toBe(false);
  });

  it('of what is no file, and could be read for ever, is refused at once', async () => {
    backend = await testBackend({});
    const endless = process.platform === 'win32' ? [] : ['/dev/zero'];
    for (const place of [backend.folder, ...endless])
      await expect(backend.client('models.import', { path: place })).rejects.toThrow(/is not a file/);
  });
});
