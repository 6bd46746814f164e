import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { importTask } from '../../../src-main/workers/import.ts';
import { writeTiles } from '../../support/tiles.ts';
import { testBackend, type TestBackend } from './support.ts';

let backend: TestBackend;
afterEach(() => backend.close());

it('a name that can be used is suggested for each of several folders of one name', async () => {
  backend = await testBackend({ import: importTask });
  const names: string[] = [];
  for (const scanner of ['first', 'second', 'third']) {
    const root = path.join(backend.folder, scanner, 'tiles');
    await writeTiles(root, 1);
    const { suggestedName: name } = await backend.client('datasets.preview', { path: root });
    names.push(name);
    const { job } = await backend.client('datasets.import', { path: root, name });
    await backend.ended(job.id);
  }
  expect(names).toEqual(['tiles', 'tiles (2)', 'tiles (3)']);
});
