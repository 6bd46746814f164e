import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import type { Progress } from '../../../src-main/contract/values/job.ts';
import type { EpochRow } from '../../../src-main/contract/values/run.ts';
import type { TrainSpec, WorkerEvent } from '../../../src-main/contract/worker.ts';
import { TrainReport } from '../../../src-main/workers/trainReport.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

const patch = (id: number) => ({ id, path: `${id}.png`, classIndex: id % 2 });
const spec: TrainSpec = {
  folder: '/runs/1',
  config: { ...defaultRunConfig(1), epochs: 2 },
  root: '/data',
  classNames: ['a', 'b'],
  train: Array.from({ length: 400 }, (_, i) => patch(i + 1)),
  val: [patch(1001)],
  test: [patch(2001)],
  initFile: null,
  dataset: { name: 'd', mpp: null, synthetic: false, patchSize: 96 },
  resume: false,
};
const row = { epoch: 1, step: 100, imagesPerSecond: 40 } as EpochRow;

function reportInMemory(resumedAt = 0) {
  const events: WorkerEvent<'train'>[] = [];
  const progress: Progress[] = [];
  const context = {
    signal: new AbortController().signal,
    event: (event: WorkerEvent<'train'>) => void events.push(event),
    progress: (value: Progress) => void progress.push(value),
  };
  const report = new TrainReport(spec, context, { batchSize: 4, stepsPerEpoch: 100 }, resumedAt);
  const step = (at: number) =>
    report.event({ type: 'step', step: { step: at, epoch: Math.ceil(at / 100), loss: 1, learningRate: 1 } });
  return { report, step, events, progress };
}

it('gathers steps to at most ten messages per second and loses none', () => {
  const { report, step, events, progress } = reportInMemory();
  for (let at = 1; at <= 100; at++) {
    vi.advanceTimersByTime(20);
    step(at);
  }
  report.event({ type: 'epoch', epoch: row });
  expect(events.at(-1)).toEqual({ type: 'epoch', epoch: row });
  const gathered = events.flatMap((event) => (event.type === 'steps' ? [event.steps] : []));
  expect(gathered.flat().map(({ step }) => step)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  expect(gathered.length).toBeLessThanOrEqual(21); // in 2 s
  expect(progress.length).toBeLessThanOrEqual(21);
});

it('tells what it is doing, how fast, and how long it will take', () => {
  const { report, step, progress } = reportInMemory();
  for (let at = 1; at <= 100; at++) {
    vi.advanceTimersByTime(100);
    step(at);
  }
  expect(progress.at(-1)).toMatchObject({ message: 'epoch 1 of 2', rate: { unit: 'img/s' } });
  expect(progress.at(-1)?.rate?.value).toBeCloseTo(40, 6); // 4 images every 100 ms
  expect(progress.at(-1)?.fraction).toBeCloseTo(0.49, 2); // the colour baseline comes last
  expect(progress.at(-1)?.secondsLeft).toBeCloseTo(10, 0);
  report.event({ type: 'epoch', epoch: row });
  for (let at = 101; at <= 200; at++) {
    vi.advanceTimersByTime(100);
    step(at);
  }
  report.event({ type: 'epoch', epoch: { ...row, epoch: 2, step: 200 } });
  vi.advanceTimersByTime(100);
  report.event({ type: 'evaluated', split: 'test', done: 1, total: 1 });
  expect(progress.at(-1)).toMatchObject({ message: 'evaluating the test patches' });
  expect(progress.at(-1)?.fraction).toBeGreaterThan(0.97);
  expect(progress.at(-1)?.fraction).toBeLessThan(0.99);
});

it('passes steps that are only told again on, but does not take them for progress', () => {
  const { report, step, events, progress } = reportInMemory(150);
  for (let at = 1; at <= 150; at++) {
    vi.advanceTimersByTime(100);
    step(at);
  }
  expect(progress).toEqual([]);
  report.flush();
  expect(events).toHaveLength(1);
});

it('names the patches of predictions', () => {
  const { report, events } = reportInMemory();
  report.event({ type: 'predictions', split: 'test', scores: new Float32Array([0.25, 0.75]) });
  expect(events).toEqual([
    {
      type: 'predictions',
      split: 'test',
      patchIds: [2001],
      trueClasses: [1],
      scores: new Float32Array([0.25, 0.75]),
    },
  ]);
});
