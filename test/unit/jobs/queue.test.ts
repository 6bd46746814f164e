import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../src-main/base/errors.ts';
import type { Job, JobKind, JobStatus } from '../../../src-main/contract/values/job.ts';
import type { JobBehaviours } from '../../../src-main/jobs/behaviour.ts';
import { JobQueue } from '../../../src-main/jobs/queue.ts';
import type { Outcome, WorkerHost, WorkerListener } from '../../../src-main/jobs/workerHost.ts';
import type { WorkerKind } from '../../../src-main/contract/worker.ts';
import { openStore, type Store } from '../../../src-main/store/store.ts';

/** A worker whose fate the test decides. */
interface Puppet {
  kind: WorkerKind;
  listener: WorkerListener<'bench'>;
  end(outcome: Outcome<'bench'>): void;
  stopped: boolean;
}

let folder: string;
let store: Store;
let puppets: Puppet[];
let seen: [number, JobStatus][];
let messages: string[];
let host: WorkerHost;
let finish: () => void;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-queue-'));
  store = openStore(path.join(folder, 'tessera.sqlite'));
  puppets = [];
  seen = [];
  messages = [];
  finish = () => {};
  host = {
    start(kind, _spec, listener) {
      const { promise, resolve } = Promise.withResolvers<Outcome<typeof kind>>();
      const puppet: Puppet = {
        kind,
        listener: listener as WorkerListener<'bench'>,
        end: resolve as Puppet['end'],
        stopped: false,
      };
      puppets.push(puppet);
      return { outcome: promise, stop: () => (puppet.stopped = true) };
    },
  };
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const behaviour = { spec: () => ({}), event: () => {}, finish: () => finish() };
const kinds: JobKind[] = ['import', 'synthesize', 'train', 'predict', 'export', 'bench'];
const behaviours = Object.fromEntries(kinds.map((kind) => [kind, behaviour])) as unknown as JobBehaviours;

const newQueue = (adopt = true) =>
  new JobQueue({
    jobs: store.jobs,
    host,
    behaviours,
    adopt,
    changed: (job: Job) => {
      seen.push([job.id, job.status]);
      messages.push(job.progress.message);
    },
  });

const settle = async () => {
  for (let i = 0; i < 5; i++) await turn();
};
const add = (queue: JobQueue, kind: JobKind, afterJobId?: number) =>
  queue.enqueue({ kind, title: `${kind} job`, afterJobId }).id;
const status = (id: number) => store.jobs.get(id)?.status;
const puppet = (index: number): Puppet => {
  const found = puppets[index];
  if (!found) throw new Error(`Worker ${index} was not started`);
  return found;
};
const done: Outcome<'bench'> = { type: 'done', result: [] };

describe('JobQueue', () => {
  it('takes a job from queued over running to done', async () => {
    const queue = newQueue();
    const id = add(queue, 'train');
    expect(status(id)).toBe('queued');
    await settle();
    expect(status(id)).toBe('running');
    puppet(0).end(done);
    await settle();
    expect(store.jobs.get(id)).toMatchObject({ status: 'done', error: null, progress: { fraction: 1 } });
    expect(seen).toEqual([
      [id, 'queued'],
      [id, 'running'],
      [id, 'done'],
    ]);
  });

  it('runs one job per lane, lanes beside each other', async () => {
    const queue = newQueue();
    const [train, predict, importing, exporting] = (['train', 'predict', 'import', 'export'] as const).map(
      (kind) => add(queue, kind),
    );
    await settle();
    expect([train, predict, importing, exporting].map((id) => status(id ?? 0))).toEqual([
      'running',
      'queued',
      'running',
      'queued',
    ]);
    puppet(0).end(done);
    await settle();
    expect(status(predict ?? 0)).toBe('running');
    expect(status(exporting ?? 0)).toBe('queued');
  });

  it('waits for the predecessor, also across lanes', async () => {
    const queue = newQueue();
    const first = add(queue, 'synthesize');
    const second = add(queue, 'train', first);
    await settle();
    expect(status(second)).toBe('queued');
    expect(puppets).toHaveLength(1);
    puppet(0).end(done);
    await settle();
    expect(status(second)).toBe('running');
  });

  it.each([
    [{ type: 'failed', message: 'disk full', details: null } as const, 'failed', /“synthesize job”\) failed/],
    [{ type: 'cancelled' } as const, 'cancelled', /was cancelled/],
  ])('fails the whole chain with a reason when a predecessor ended %j', async (outcome, ended, reason) => {
    const queue = newQueue();
    const first = add(queue, 'synthesize');
    const second = add(queue, 'train', first);
    const third = add(queue, 'predict', second);
    await settle();
    puppet(0).end(outcome);
    await settle();
    expect(status(first)).toBe(ended);
    expect(store.jobs.get(second)).toMatchObject({ status: 'failed', error: expect.stringMatching(reason) });
    expect(status(third)).toBe('failed');
    expect(puppets).toHaveLength(1);
  });

  it('keeps the reason of a failed worker', async () => {
    const queue = newQueue();
    const id = add(queue, 'import');
    await settle();
    puppet(0).end({ type: 'failed', message: 'no such file', details: 'stack' });
    await settle();
    expect(store.jobs.get(id)).toMatchObject({ status: 'failed', error: 'no such file', details: 'stack' });
  });

  it('fails a job whose result cannot be stored', async () => {
    finish = () => {
      throw new UserError('The disk is full.');
    };
    const queue = newQueue();
    const id = add(queue, 'bench');
    await settle();
    puppet(0).end(done);
    await settle();
    expect(store.jobs.get(id)).toMatchObject({ status: 'failed', error: 'The disk is full.' });
  });

  it('cancels a queued job at once, a running one when its worker is gone', async () => {
    const queue = newQueue();
    const running = add(queue, 'train');
    const queued = add(queue, 'train');
    await settle();
    queue.cancel(queued);
    expect(status(queued)).toBe('cancelled');
    queue.cancel(running);
    expect(status(running)).toBe('running');
    expect(puppet(0).stopped).toBe(true);
    puppet(0).end({ type: 'cancelled' });
    await settle();
    expect(status(running)).toBe('cancelled');
    queue.cancel(running); // too late: nothing happens
    expect(status(running)).toBe('cancelled');
  });

  it('keeps a result that came before the worker could stop', async () => {
    const queue = newQueue();
    const id = add(queue, 'train');
    await settle();
    queue.cancel(id);
    puppet(0).end(done);
    await settle();
    expect(status(id)).toBe('done');
  });

  it('marks what ran when the process died as interrupted, and goes on with what waited', async () => {
    const before = newQueue();
    const ran = add(before, 'train');
    const waited = add(before, 'train');
    await settle();
    puppets = []; // the process is gone; nobody hears of the worker again
    newQueue();
    await settle();
    expect(store.jobs.get(ran)).toMatchObject({
      status: 'interrupted',
      error: expect.stringMatching(/Tessera ended/),
    });
    expect(status(waited)).toBe('running');
    expect(puppets).toHaveLength(1);
  });

  it('leaves what others queued alone when told so', async () => {
    const foreign = store.jobs.insert({ kind: 'train', title: 'foreign' }).id;
    const queue = newQueue(false);
    const own = add(queue, 'train');
    await settle();
    expect(status(foreign)).toBe('queued');
    expect(status(own)).toBe('running');
  });

  it('interrupts what runs when it is closed, and starts nothing more', async () => {
    const queue = newQueue();
    const running = add(queue, 'train');
    const waiting = add(queue, 'train');
    await settle();
    const closed = queue.close();
    expect(puppet(0).stopped).toBe(true);
    puppet(0).end({ type: 'cancelled' });
    await closed;
    await settle();
    expect([status(running), status(waiting)]).toEqual(['interrupted', 'queued']);
    expect(puppets).toHaveLength(1);
  });

  it('is idle when nothing runs and nothing may start', async () => {
    store.jobs.insert({ kind: 'train', title: 'foreign' });
    const queue = newQueue(false);
    await queue.idle();
    add(queue, 'train', add(queue, 'import'));
    let idle = false;
    const becomesIdle = queue.idle().then(() => (idle = true));
    await settle();
    puppet(0).end(done);
    await settle();
    expect([idle, puppets.length]).toEqual([false, 2]);
    puppet(1).end(done);
    await becomesIdle;
  });

  it('moves a queued job among the queued', async () => {
    const queue = newQueue();
    const [, second, third] = [add(queue, 'train'), add(queue, 'train'), add(queue, 'train')];
    await settle();
    queue.move(third, 'up');
    expect(store.jobs.queued().map(({ id }) => id)).toEqual([third, second]);
    queue.move(third, 'up'); // first already
    expect(store.jobs.queued().map(({ id }) => id)).toEqual([third, second]);
    puppet(0).end(done);
    await settle();
    expect(status(third)).toBe('running');
    expect(() => queue.move(third, 'down')).toThrow(UserError);
  });

  it('passes progress on', async () => {
    const queue = newQueue();
    const id = add(queue, 'train');
    await settle();
    const progress = {
      fraction: 0.5,
      message: 'epoch 1 of 2',
      rate: { value: 41, unit: 'img/s' },
      secondsLeft: 3,
    };
    puppet(0).listener.progress(progress);
    expect(store.jobs.get(id)?.progress).toEqual(progress);
  });
});

describe('a database that takes nothing for a while, as on a full disk', () => {
  const full = () => Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
  /** Refuses so many changes of a job's state. */
  const refuse = (times: number) => {
    const { setStatus } = store.jobs;
    vi.spyOn(store.jobs, 'setStatus').mockImplementation((...change) => {
      if (times-- > 0) throw full();
      setStatus(...change);
    });
  };

  it('keeps how a job ended until it can be stored, says so, and starts the next one then', async () => {
    const queue = newQueue();
    const [first, second] = [add(queue, 'train'), add(queue, 'train')];
    await settle();
    refuse(1);
    puppet(0).end({ type: 'failed', message: 'The disk is full.', details: null });
    await settle();
    expect([status(first), status(second)]).toEqual(['running', 'queued']);
    const stored = store.jobs.get(first);
    expect(stored && queue.shown(stored)).toMatchObject({ status: 'failed', error: 'The disk is full.' });
    expect(seen.at(-1)).toEqual([first, 'failed']);
    await expect.poll(() => status(second)).toBe('running');
    expect(store.jobs.get(first)).toMatchObject({ status: 'failed', error: 'The disk is full.' });
  });

  it('starts a job as soon as it can be stored that it runs', async () => {
    const queue = newQueue();
    refuse(1);
    const id = add(queue, 'train');
    await settle();
    expect(status(id)).toBe('queued');
    await expect.poll(() => status(id)).toBe('running');
    puppet(0).end(done);
    await settle();
    expect(status(id)).toBe('done');
  });

  it('shows of a job that is done why that cannot be stored', async () => {
    const queue = newQueue();
    const id = add(queue, 'train');
    await settle();
    refuse(1);
    puppet(0).end(done);
    await settle();
    expect(seen.at(-1)).toEqual([id, 'running']);
    expect(messages.at(-1)).toMatch(/the disk is full .*Make room/);
    await expect.poll(() => store.jobs.get(id)).toMatchObject({ status: 'done', progress: { fraction: 1 } });
  });

  it('closes all the same, and the next start calls the job interrupted', async () => {
    const queue = newQueue();
    const id = add(queue, 'train');
    await settle();
    refuse(Infinity);
    puppet(0).end(done);
    await settle();
    await queue.close();
    vi.restoreAllMocks();
    newQueue();
    expect(status(id)).toBe('interrupted');
  });
});
