import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testBackend, type TestBackend } from './support.ts';
import { fakeTasks } from './tasks.ts';

let backend: TestBackend;
let failing: boolean;
let datasets: string;
beforeEach(async () => {
  failing = true;
  backend = await testBackend({
    ...fakeTasks,
    import: (spec, context) => {
      mkdirSync(spec.extractTo, { recursive: true });
      const unpacked = path.join(spec.extractTo, 'unpacked');
      if (failing) writeFileSync(unpacked, 'half');
      return failing ? Promise.reject(new Error('power cut')) : fakeTasks.import!(spec, context);
    },
  });
  datasets = path.join(backend.workspace, 'datasets');
});
afterEach(() => backend.close());

/** Imports the folder of the settings, which is as good as any. @returns the dataset's id */
async function importAgain(): Promise<number> {
  const { dataset, job } = await backend.client('datasets.import', { path: backend.folder, name: 'd' });
  await backend.ended(job.id);
  return dataset.id;
}

async function reopened(change: () => void): Promise<void> {
  await backend.client('workspace.close', {});
  change();
  await backend.client('workspace.open', { path: backend.workspace });
}

const there = () => readdirSync(datasets).sort();
const at = (...names: string[]) => path.join(datasets, ...names);

describe('folders that a kill has orphaned', () => {
  it('what was kept of a failed import goes back to it, and the next import goes on with it', async () => {
    const failed = await importAgain();
    expect(there()).toEqual([String(failed)]);
    await reopened(() => renameSync(at(String(failed)), at(`kept-${failed}`))); // killed between the folder and the rows
    expect(there()).toEqual([String(failed)]);
    failing = false;
    const id = await importAgain();
    expect(readFileSync(at(String(id), 'unpacked'), 'utf8')).toBe('half');
    expect(there()).toEqual([String(id)]);
  });

  it('what belongs to no dataset is removed, and nothing else is', async () => {
    failing = false;
    const id = await importAgain();
    await reopened(() => {
      const orphans = ['kept-77', 'kept-1', '77', '77.5', 'going-76', `kept-${id}`];
      for (const name of [...orphans, `${id}.9`, 'mine', '12 slides'])
        mkdirSync(at(name, 'deep'), { recursive: true });
    });
    const left = [String(id), `${id}.9`, '12 slides', 'mine'].sort();
    // What goes has another name at once, so that a new dataset of that number does not come upon it.
    expect(there().filter((name) => !name.startsWith('going-'))).toEqual(left);
    await expect.poll(there).toEqual(left);
    expect(await backend.client('datasets.get', { id })).toMatchObject({ status: 'ready' });
  });

  it('a workspace in which nothing was unpacked opens, too', async () => {
    await reopened(() => {});
    expect(existsSync(datasets)).toBe(false);
  });
});
