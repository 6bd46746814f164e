import { describe, expect, it } from 'vitest';
import { presetConfig } from '../../../../src-main/contract/pretrainPresets.ts';
import type { VocLoader } from '../../../../src-main/data/voc/loading.ts';
import type { Checkpoint } from '../../../../src-main/training/checkpoint.ts';
import type { PretrainImage } from '../../../../src-main/training/pretraining/objective.ts';
import { pretrain } from '../../../../src-main/training/pretraining/pretrainer.ts';
import type {
  PretrainingEvent,
  PretrainingOptions,
  PretrainingOutcome,
} from '../../../../src-main/training/pretraining/pretraining.ts';
import type { PretrainState } from '../../../../src-main/training/pretraining/pretrainState.ts';
import { SIDE, fakeLoader, fakeTrainer } from '../fakes.ts';

const images = (split: string, count: number): PretrainImage[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ id: i + 1, image: `${i % 3}/${split}/${i}`, mask: null, labels: [i % 3] },
    ...{ width: SIDE, height: SIDE },
  }));

/** The patches' fake loader behind the interface of images. */
function loader(): VocLoader {
  const patches = fakeLoader();
  return {
    load: async ({ items, augment }) => {
      const paths = items.map(({ image }) => image);
      const settings = null as never; // the fake looks at the seeds only
      const request = { paths, augment: augment && { settings, seeds: augment.seeds } };
      return { images: await patches.load(request), masks: new Int32Array() };
    },
    dispose: async () => {},
  };
}

function memoryStore() {
  const all: Checkpoint<PretrainState>[] = [];
  return {
    all,
    save: async (checkpoint: Checkpoint<PretrainState>) => void all.push(structuredClone(checkpoint)),
    load: async (step: number) => {
      const found = all.findLast(({ state }) => state.step === step);
      if (!found) throw new Error(`no checkpoint ${step}`);
      return structuredClone(found);
    },
  };
}

/** Ten iterations of four images, validated after 3, 6, 9 and 10 on five of eight images; its score falls after iteration 6. */
function options(changes: Partial<PretrainingOptions> = {}): PretrainingOptions {
  return {
    trainer: fakeTrainer(),
    loader: loader(),
    objective: {
      targets: (batch) => Int32Array.from(batch, ({ labels }) => labels[0] ?? 0),
      scoring: () => {
        throw new Error('the validation is a fake');
      },
    },
    async *validate(parameters, shown, pictured) {
      const sum = parameters.get('fc.weight')?.data.reduce((a, b) => a + Math.abs(b), 0) ?? 0;
      for (const [i] of shown.entries()) yield i + 1;
      const pictures = new Map([...pictured].map((id) => [id, { scores: [sum, 0], mask: null }]));
      const score = -Math.abs(sum - PEAK);
      return { loss: sum, score, perClass: [score, null], pixelAccuracy: null, pictures };
    },
    checkpoints: memoryStore(),
    config: {
      ...presetConfig('quick', 'classification', 1),
      optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0 },
      ...{ cropSize: SIDE, iterations: 10, batchSize: 4, validateEvery: 3, validationImages: 5 },
    },
    images: { train: images('train', 15), val: images('val', 8) },
    fingerprint: 'test',
    from: null,
    signal: new AbortController().signal,
    clock: () => 0,
    ...changes,
  };
}
/** Near the sum of the weights' magnitudes after iteration 6. */
const PEAK = 2.2;

async function collect(given: PretrainingOptions, listen: (event: PretrainingEvent) => void = () => {}) {
  const events: PretrainingEvent[] = [];
  const run = pretrain(given);
  for (;;) {
    const { done, value } = await run.next();
    if (done) return { events, outcome: value };
    events.push(value);
    listen(value);
  }
}

/** What has to be equal between two: curves, validations and weights. */
function decisive({ events, outcome }: { events: PretrainingEvent[]; outcome: PretrainingOutcome }) {
  return {
    steps: events.flatMap((event) => (event.type === 'step' ? event.step : [])),
    validations: events.flatMap((event) => (event.type === 'validation' ? event.validation : [])),
    ...{ iteration: outcome.iteration, validation: outcome.validation },
    weights: outcome.parameters.get('fc.weight')?.data,
  };
}

describe('pretrain', () => {
  it('keeps the weights of the best validation and measures them on all images', async () => {
    const { events, outcome } = await collect(options());
    const rows = events.flatMap((event) => (event.type === 'validation' ? event.validation : []));
    expect(rows.map(({ iteration, n }) => [iteration, n])).toEqual([3, 6, 9, 10].map((i) => [i, 5]));
    const best = rows.toSorted((a, b) => b.score - a.score)[0];
    expect(best?.iteration).toBeLessThan(10); // or the test would show nothing
    expect(outcome).toMatchObject({ checkpoint: 'best', iteration: best?.iteration });
    expect(outcome.validation).toMatchObject({ n: 8, score: best?.score });
    const sum = outcome.parameters.get('fc.weight')?.data.reduce((a, b) => a + Math.abs(b), 0);
    expect(-Math.abs((sum ?? 0) - PEAK)).toBe(best?.score);
    expect([...outcome.parameters.keys()]).toEqual(['fc.weight']);
  });

  it('lets the learning rate fall to zero', async () => {
    const rates = decisive(await collect(options())).steps.map(({ learningRate }) => learningRate);
    rates.forEach((rate, i) => expect(rate).toBeCloseTo(0.1 * (1 - i / 10) ** 0.9, 12));
  });

  it('keeps the last weights where there are no validation images', async () => {
    const { outcome, events } = await collect(options({ images: { train: images('train', 15), val: [] } }));
    expect(outcome).toMatchObject({ checkpoint: 'last', iteration: 10, validation: null });
    expect(events.every(({ type }) => type === 'step')).toBe(true);
  });

  it('equals the uninterrupted one wherever it was stopped, in a validation too', async () => {
    const whole = decisive(await collect(options()));
    const { events } = await collect(options());
    for (const stop of events.keys()) {
      const controller = new AbortController();
      const checkpoints = memoryStore();
      let seen = 0;
      const stopped = collect(options({ checkpoints, signal: controller.signal }), () => {
        if (seen++ === stop) controller.abort(new Error('stopped'));
      });
      const ended = await stopped.then(
        () => true,
        (error: Error) => error.message !== 'stopped' && Promise.reject(error),
      );
      if (ended) continue; // it was over already
      const from = checkpoints.all.at(-1) ?? null;
      expect(decisive(await collect(options({ checkpoints, from }))), `event ${stop}`).toEqual(whole);
    }
  });

  it('says after how many iterations it diverged', async () => {
    const trainer = fakeTrainer();
    const step = trainer.step.bind(trainer);
    trainer.step = async (batch, rate) => {
      const output = await step(batch, rate);
      return trainer.steps > 4 ? { ...output, loss: Number.NaN } : output;
    };
    await expect(collect(options({ trainer }))).rejects.toThrow(
      /diverged: after 4 steps.*lower learning rate/,
    );
  });
});
