import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src-main/base/errors.ts';
import { bestEpoch } from '../../../src-main/training/bestEpoch.ts';
import { trainingOrder } from '../../../src-main/training/order.ts';
import { train } from '../../../src-main/training/trainer.ts';
import { collect, decisive, fakeLoader, fakeTrainer, memoryStore, options, patches, plain } from './fakes.ts';

describe('train', () => {
  it('learns, and reports steps, epochs and the final measurement', async () => {
    const { events, outcome } = await collect(options());
    const steps = events.flatMap((event) => (event.type === 'step' ? event.step : []));
    const epochs = events.flatMap((event) => (event.type === 'epoch' ? event.epoch : []));
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(steps[0]?.loss).toBeCloseTo(Math.log(3), 6); // zero weights
    expect(steps[19]).toMatchObject({ epoch: 5, learningRate: 0.1 * (1 - 19 / 20) ** 0.9 });
    expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual([1, 2, 3, 4, 5].map((e) => [e, 4 * e]));
    const meanLoss = steps.slice(4, 8).reduce((sum, { loss }) => sum + loss, 0) / 4;
    expect(epochs[1]?.trainLoss).toBeCloseTo(meanLoss, 12);
    expect(epochs[4]?.trainLoss).toBeLessThan(epochs[0]?.trainLoss ?? 0);
    expect(outcome.test).toMatchObject({ n: 36 });
    expect(outcome.test?.accuracy).toBeGreaterThan(0.5);
    expect([...outcome.parameters.keys()]).toEqual(['fc.weight']);
    const predictions = events.flatMap((event) => (event.type === 'predictions' ? event : []));
    expect(predictions.map(({ split, scores }) => [split, scores.length])).toEqual([
      ['val', 54],
      ['test', 108],
    ]);
  });

  it('loads in the planned order, augmenting only what it trains on', async () => {
    const loader = fakeLoader();
    const run = options({ loader });
    await collect(run);
    const order = trainingOrder(1, 15, 4);
    const planned = [1, 2, 3, 4, 5].flatMap((epoch) => [0, 1, 2, 3].map((step) => order.batch(epoch, step)));
    expect(loader.loads.filter(({ seeds }) => seeds.length > 0)).toEqual(
      planned.map(({ indices, seeds }) => ({
        paths: indices.map((index) => run.patches.train[index]?.path),
        seeds,
      })),
    );
    for (const { paths, seeds } of loader.loads)
      expect(paths.every((path) => path.includes('/train/'))).toBe(seeds.length > 0);
  });

  it('gives the same result for the same seed and another for another', async () => {
    const base = options();
    const first = decisive(await collect(base));
    expect(decisive(await collect(options()))).toBe(first);
    expect(decisive(await collect(options({ config: { ...base.config, seed: 2 } })))).not.toBe(first);
  });

  it('ends with the weights of the best epoch, and with the last where there is no validation', async () => {
    const checkpoints = memoryStore();
    // so high a rate that validation gets worse at some epoch
    const optimizer = { kind: 'sgd', learningRate: 0.5, momentum: 0.9, weightDecay: 0 } as const;
    const config = { ...options().config, optimizer, schedule: { kind: 'constant' as const }, epochs: 8 };
    const { outcome, events } = await collect(options({ checkpoints, config }));
    const history = events.flatMap((event) => (event.type === 'epoch' ? event.epoch : []));
    const best = bestEpoch(history);
    expect(best?.epoch).toBeLessThan(8);
    expect(best?.valMacroF1).toBe(Math.max(...history.map(({ valMacroF1 }) => valMacroF1 ?? 0)));
    expect(outcome).toMatchObject({ checkpoint: 'best', bestEpoch: best?.epoch });
    expect(outcome.validation).toMatchObject({ accuracy: best?.valAccuracy, loss: best?.valLoss });
    const saved = (await checkpoints.load(best?.step ?? 0)).tensors.get('fc.weight');
    expect([...(outcome.parameters.get('fc.weight')?.data ?? [])]).toEqual([...(saved?.data ?? [])]);

    const unvalidated = options({ checkpoints, config, patches: { ...options().patches, val: [] } });
    const last = (await collect(unvalidated)).outcome;
    expect(last).toMatchObject({ checkpoint: 'last', bestEpoch: 8, validation: null });
    const { parameters } = last;
    expect(plain(parameters)).toEqual(plain(await unvalidated.trainer.state()).slice(0, 1));
  });

  it('measures the share of the time in which the engine waited for data, and the images per second', async () => {
    let now = 0;
    const inner = fakeLoader();
    const trainer = fakeTrainer();
    const run = options({
      clock: () => now,
      // with 4 loads under way, a load costs the clock 3 s each time that one is waited for
      loader: {
        ...inner,
        load: (request) => Promise.resolve().then(() => ((now += 3), inner.load(request))),
      },
      trainer: { ...trainer, step: (batch, rate) => ((now += 9), trainer.step(batch, rate)) },
      patches: { train: patches('train', 4), val: [], test: [] },
      config: { ...options().config, epochs: 1 },
    });
    const { events, outcome } = await collect(run);
    const epoch = events.flatMap((event) => (event.type === 'epoch' ? event.epoch : []))[0];
    expect(epoch?.waitFraction).toBeCloseTo(9 / (9 + 27), 9); // 3 steps of 9 s, 3 loads of 3 s
    expect(epoch?.imagesPerSecond).toBeCloseTo(12 / 36, 9);
    expect(outcome).toMatchObject({ seconds: 36, imagesPerSecond: 12 / 36, test: null });
  });

  it('keeps loads under way while the engine works', async () => {
    const loader = fakeLoader();
    const inFlight: number[] = [];
    const trainer = fakeTrainer();
    const run = options({
      loader,
      trainer: {
        ...trainer,
        step: (batch, rate) => (inFlight.push(loader.loads.length), trainer.step(batch, rate)),
      },
      patches: { ...options().patches, val: [] },
    });
    await collect(run);
    expect(inFlight.slice(0, 4)).toEqual([5, 6, 7, 8]); // four ahead, across the end of the epoch
  });

  it.each([
    ['step', { step: async () => ({ loss: NaN, logits: new Float32Array(12) }) }],
    ['validation', { evaluate: async () => new Float32Array(18 * 3).fill(NaN) }],
  ])('refuses to go on when the loss of a %s is not a number', async (_, broken) => {
    const run = collect(options({ trainer: { ...fakeTrainer(), ...broken } }));
    await expect(run).rejects.toThrow(/diverged.*lower learning rate/);
    await expect(run).rejects.toBeInstanceOf(UserError);
  });

  it('passes on what the loader says about a broken patch', async () => {
    const inner = fakeLoader();
    const loader = {
      ...inner,
      load: (request: Parameters<typeof inner.load>[0]) =>
        inner.loads.length === 6 ? Promise.reject(new UserError('broken.png is torn')) : inner.load(request),
    };
    await expect(collect(options({ loader }))).rejects.toThrow('broken.png is torn');
  });
});

describe('cancel and resume', () => {
  it('stops between two steps, saves, and goes on as if nothing had happened', async () => {
    const whole = decisive(await collect(options()));
    for (let stopAt = 1; stopAt <= 20; stopAt++) {
      const controller = new AbortController();
      const checkpoints = memoryStore();
      const trainer = fakeTrainer();
      const first = options({ signal: controller.signal, checkpoints, trainer });
      const stopped = collect(first, (event) => {
        if (event.type === 'step' && event.step.step === stopAt) controller.abort(new Error('cancelled'));
      });
      await expect(stopped).rejects.toThrow('cancelled');
      expect(trainer.steps).toBe(stopAt);
      const from = checkpoints.all.at(-1) ?? null;
      expect(from?.state.step).toBe(stopAt);
      expect(decisive(await collect(options({ checkpoints, from })))).toBe(whole);
    }
  });

  it('equals the uninterrupted run from whichever checkpoint, also those in the middle of an epoch', async () => {
    let now = 0;
    const checkpoints = memoryStore();
    // 9 s per look at the clock: a checkpoint is due after almost every step
    const whole = decisive(await collect(options({ checkpoints, clock: () => (now += 9) })));
    const saved = [...checkpoints.all];
    expect(new Set(saved.map(({ state }) => state.step % 4)).size).toBeGreaterThan(1);
    expect(saved.length).toBeGreaterThan(10);
    for (const from of saved) {
      const best = bestEpoch(from.state.history);
      const store = memoryStore();
      store.all.push(
        ...saved.filter(({ state }) => state.step === best?.step || state.step === from.state.step),
      );
      expect(decisive(await collect(options({ checkpoints: store, from })))).toBe(whole);
    }
  });

  it('adds up the time of all its processes', async () => {
    let now = 0;
    const controller = new AbortController();
    const checkpoints = memoryStore();
    const clock = () => (now += 1);
    const stopped = collect(options({ checkpoints, clock, signal: controller.signal }), (event) => {
      if (event.type === 'step' && event.step.step === 6) controller.abort(new Error('cancelled'));
    });
    await expect(stopped).rejects.toThrow('cancelled');
    const from = checkpoints.all.at(-1) ?? null;
    const before = from?.state.seconds ?? 0;
    expect(before).toBeGreaterThan(10);
    now = 0;
    const { outcome } = await collect(options({ checkpoints, clock, from }));
    expect(outcome.seconds).toBe(before + now);
  });

  it('stops within the evaluation, too', async () => {
    const controller = new AbortController();
    const checkpoints = memoryStore();
    const training = train(options({ signal: controller.signal, checkpoints }));
    const stopped = (async () => {
      for await (const event of training)
        if (event.type === 'evaluated') controller.abort(new Error('cancelled'));
    })();
    await expect(stopped).rejects.toThrow('cancelled');
    const from = checkpoints.all.at(-1) ?? null;
    expect(from?.state).toMatchObject({ step: 4, epochsDone: 0 });
    expect(decisive(await collect(options({ checkpoints, from })))).toBe(decisive(await collect(options())));
  });
});
