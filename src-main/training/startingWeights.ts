import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from '../base/atomicFile.ts';
import { reasonOf, UserError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import { CarriedOver } from '../contract/values/carriedOver.ts';
import type { Graph } from '../graph/graph.ts';
import { initialise } from '../graph/initialise.ts';
import { carryOver } from '../models/carryOver.ts';
import type { Tensors } from '../models/tensors.ts';
import { readWeights } from '../models/weightsFile.ts';
import { parametersOf } from './parametersOf.ts';

export interface StartingWeights {
  readonly parameters: Tensors;
  /** null: random weights. */
  readonly carriedOver: CarriedOver | null;
}

/** What the start of a training is decided by. */
export interface Start {
  readonly config: { readonly seed: number };
  /** Weights whose backbone is carried over; null: random weights. */
  readonly initFile: string | null;
  /** The training's own, where the report of what was carried over is kept. */
  readonly folder: string;
}

/**
 * First weights: from the seed, and where there is an `initFile`, with its backbone put over them. The head is always new, so that
 * trainings with and without a start differ in nothing else. One that goes on takes them from its checkpoint: the start's file may
 * be gone by then.
 * @throws UserError when the file cannot be read or does not fit the network.
 */
export async function startingWeights(
  graph: Graph,
  start: Start,
  checkpoint: { readonly tensors: Tensors } | null,
): Promise<StartingWeights> {
  const file = path.join(start.folder, 'carried-over.json');
  if (checkpoint)
    return {
      parameters: parametersOf(checkpoint.tensors),
      carriedOver: start.initFile === null ? null : await readReport(file),
    };
  const fresh = initialise(graph, Random.from(start.config.seed, 'weights'));
  if (start.initFile === null) return { parameters: fresh, carriedOver: null };
  const { parameters, ...names } = await carriedFrom(start.initFile, fresh);
  const carriedOver: CarriedOver = {
    carried: [...names.carried],
    left: [...names.left],
    fresh: [...names.fresh],
  };
  await writeAtomic(file, JSON.stringify(carriedOver));
  return { parameters, carriedOver };
}

async function carriedFrom(initFile: string, fresh: Tensors) {
  try {
    return carryOver(fresh, await readWeights(initFile));
  } catch (error) {
    throw new UserError(
      `The weights in ${initFile} cannot be carried over: ${reasonOf(error)}. Choose another start, or random weights.`,
    );
  }
}

/** null: it is gone, or was never written; the weights are in the checkpoint, only what is told about them is missing. */
async function readReport(file: string): Promise<CarriedOver | null> {
  try {
    return CarriedOver.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}
