import { InvalidArgumentError } from 'commander';
import { UserError } from '../base/errors.ts';
import type { Client } from '../contract/requests.ts';
import type { Dataset } from '../contract/values/dataset.ts';
import type { Model } from '../contract/values/model.ts';

/** An id from the command line. */
export function idArgument(text: string): number {
  const id = Number(text);
  if (!Number.isInteger(id) || id < 1)
    throw new InvalidArgumentError('It has to be the number of an entry, such as 3.');
  return id;
}

/** A dataset by its name or number. */
export async function datasetCalled(client: Client, called: string): Promise<Dataset> {
  return pick(await client('datasets.list', {}), called, 'dataset');
}

/** A model by its name or number. */
export async function modelCalled(client: Client, called: string): Promise<Model> {
  return pick(await client('models.list', {}), called, 'model');
}

function pick<T extends { id: number; name: string }>(all: readonly T[], called: string, what: string): T {
  const found = all.find(({ name }) => name === called) ?? all.find(({ id }) => String(id) === called);
  if (found) return found;
  const known = all.map(({ id, name }) => `${name} (${id})`).join(', ');
  throw new UserError(
    `There is no ${what} “${called}” in this workspace. ${known ? `There are: ${known}.` : `There are no ${what}s yet.`}`,
  );
}
