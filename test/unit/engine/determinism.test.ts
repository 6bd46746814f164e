import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import type { Tensors } from '../../../src-main/models/tensors.ts';
import type { OptimizerSpec, Trainer } from '../../../src-main/engines/engine.ts';
import { createTrainer } from '../../../src-main/engines/onnx/trainer.ts';
import { smallBatch, smallNet } from './smallNet.ts';

const STEPS = 20;
const BATCH = 4;
const ACCUMULATE = 2;
const graph = smallNet();
const optimizers: OptimizerSpec[] = [
  { kind: 'sgd', momentum: 0.9, weightDecay: 1e-3, nesterov: true },
  { kind: 'adam', weightDecay: 1e-3 },
  { kind: 'adamw', weightDecay: 0.1 },
];

/** Everything that could depend on more than state and step: dropout, running statistics, accumulation, clipping, groups. */
function open(optimizer: OptimizerSpec, { seed = 5, weights = 1 } = {}): Promise<Trainer> {
  return createTrainer({
    graph,
    parameters: initialise(graph, Random.from(weights, 'weights')),
    optimizer,
    groups: [{ prefixes: ['fc.'], learningRateFactor: 10 }],
    clipping: { kind: 'norm', max: 0.5 },
    accumulate: ACCUMULATE,
    batchSize: BATCH,
    seed,
    device: 'cpu',
    threads: 1,
  });
}

/** The losses of steps `from` … `STEPS` − 1, and what the state is after each. */
async function train(trainer: Trainer, from: number): Promise<{ losses: number[]; states: Tensors[] }> {
  const [losses, states]: [number[], Tensors[]] = [[], []];
  for (let step = from; step < STEPS; step++) {
    const { loss } = await trainer.step(smallBatch(BATCH * ACCUMULATE, step), 1e-3 * (STEPS - step));
    losses.push(loss);
    states.push(await trainer.state());
  }
  return { losses, states };
}

describe.each(optimizers)('a run with $kind', (optimizer) => {
  it('gives the same bits for the same seed, and others for another', async () => {
    const [a, b, other] = [await open(optimizer), await open(optimizer), await open(optimizer, { seed: 6 })];
    const run = await train(a, 0);
    expect(await train(b, 0)).toEqual(run);
    expect((await train(other, 0)).losses).not.toEqual(run.losses);
    await Promise.all([a, b, other].map((trainer) => trainer.dispose()));
  });

  it('resumed after any step equals the uninterrupted run bit for bit', async () => {
    const whole = await open(optimizer);
    const { losses, states } = await train(whole, 0);
    await whole.dispose();
    for (let done = 1; done < STEPS; done++) {
      const resumed = await open(optimizer, { weights: 99 });
      await resumed.restore(states[done - 1] as Tensors);
      const rest = await train(resumed, done);
      await resumed.dispose();
      expect(rest.losses, `after ${done} steps`).toEqual(losses.slice(done));
      expect(rest.states.at(-1), `after ${done} steps`).toEqual(states.at(-1));
    }
  });
});
