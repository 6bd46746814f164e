import type { Random } from '../base/random.ts';
import type { Graph } from './graph.ts';
import type { Initialiser } from './parameter.ts';
import { elements } from './shape.ts';

interface Initialised {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * First values of every parameter and running statistic, by name, in the graph's order. The distributions are
 * torchvision's; the draws come from `random`, so that a seed decides them on every machine.
 */
export function initialise(graph: Graph, random: Random): ReadonlyMap<string, Initialised> {
  return new Map(
    graph.parameters.map(({ name, shape, init }) => {
      const draw = sampler(init, random);
      const data = new Float32Array(elements(shape));
      for (let i = 0; i < data.length; i++) data[i] = draw();
      return [name, { shape, data }];
    }),
  );
}

function sampler(init: Initialiser, random: Random): () => number {
  switch (init.kind) {
    case 'constant':
      return () => init.value;
    case 'kaimingNormal': {
      const deviation = Math.sqrt(2 / init.fan);
      return () => deviation * random.normal();
    }
    case 'normal':
      return () => init.deviation * random.normal();
    case 'uniform':
      return () => random.between(-init.bound, init.bound);
  }
}
