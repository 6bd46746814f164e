import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import { testBackend } from './support.ts';
import { fakeTasks } from './tasks.ts';

it('a training is refused while the files of its dataset are gone, and not queued to fail', async () => {
  const { client, ended, folder, close } = await testBackend(fakeTasks);
  const [source, elsewhere] = [path.join(folder, 'set'), path.join(folder, 'elsewhere')];
  mkdirSync(source);
  const { dataset, job } = await client('datasets.import', { path: source, name: 'set' });
  await ended(job.id);
  const config = { ...defaultRunConfig(dataset.id), perClass: 6, validationPerClass: 0, batchSize: 4 };
  const create = () => client('runs.create', { config });
  renameSync(source, elsewhere);
  await expect(create()).rejects.toThrow(/The files of “set” are no longer in .*set.*point the dataset/);
  expect(await client('runs.list', {})).toEqual([]);
  renameSync(elsewhere, source);
  const { id } = await create();
  expect(await client('runs.get', { id })).toMatchObject({ id });
  await client('runs.cancel', { id });
  await close();
});
