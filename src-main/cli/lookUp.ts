import { UserError } from '../base/errors.ts';
import type { Client } from '../contract/requests.ts';
import type { Dataset } from '../contract/values/dataset.ts';
import type { Model } from '../contract/values/model.ts';
import type { Pretraining } from '../contract/values/pretraining.ts';
import type { Run } from '../contract/values/run.ts';

/** A dataset by its name or number. */
export async function datasetCalled(client: Client, called: string): Promise<Dataset> {
  return pick(await client('datasets.list', {}), called, 'dataset');
}

/** A model by its name or number. */
export async function modelCalled(client: Client, called: string): Promise<Model> {
  return pick(await client('models.list', {}), called, 'model');
}

/** A run by its name or number; of several with one name the newest. */
export async function runCalled(client: Client, called: string): Promise<Run> {
  return pick(await client('runs.list', {}), called, 'run');
}

/** A pre-training by its name or number; of several with one name the newest. */
export async function pretrainingCalled(client: Client, called: string): Promise<Pretraining> {
  return pick(await client('pretrainings.list', {}), called, 'pre-training');
}

function pick<T extends { id: number; name: string }>(all: readonly T[], called: string, what: string): T {
  const found = all.find(({ name }) => name === called) ?? all.find(({ id }) => String(id) === called);
  if (found) return found;
  const known = all.map(({ id, name }) => `${name} (${id})`).join(', ');
  throw new UserError(
    `There is no ${what} “${called}” in this workspace. ${known ? `There are: ${known}.` : `There are no ${what}s yet.`}`,
  );
}
