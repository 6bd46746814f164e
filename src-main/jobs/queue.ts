import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { UserError, explain, mayPass } from '../base/errors.ts';
import type { Job, JobKind, JobStatus } from '../contract/values/job.ts';
import type { JobsTable, NewJob } from '../store/tables/jobs.ts';
import type { JobBehaviours } from './behaviour.ts';
import { lanes, transitions, type Lane } from './states.ts';
import type { Outcome, RunningWorker, WorkerHost } from './workerHost.ts';

export interface QueueOptions {
  readonly jobs: JobsTable;
  readonly host: WorkerHost;
  readonly behaviours: JobBehaviours;
  /** Told after every change of a job's row. */
  readonly changed: (job: Job) => void;
  /** Whether jobs that were queued before this queue was made are started too. */
  readonly adopt: boolean;
}

/** A job that this process is running. */
interface Running {
  readonly lane: Lane;
  worker: RunningWorker<JobKind> | null;
  /** Set when it was told to stop: how it will have ended. */
  stopAs: 'cancelled' | 'interrupted' | null;
  readonly stopped: PromiseWithResolvers<null>;
  readonly ended: Promise<void>;
}

/**
 * The jobs of a workspace. A job is a row first: what is queued survives a crash, what ran when the process died is
 * `interrupted` at the next start. One job per lane runs at a time, in the order of the rows.
 */
export class JobQueue {
  readonly #options: QueueOptions;
  readonly #running = new Map<number, Running>();
  /** Jobs that have ended, which could not be stored yet. */
  readonly #unstored = new Map<number, Job>();
  readonly #newestForeign: number;
  #open = true;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#newestForeign = options.adopt ? 0 : options.jobs.newestId();
    for (const job of options.jobs.running()) this.#set(job, 'interrupted', INTERRUPTED);
    this.#pump();
  }

  /** Makes the row; the job starts when its lane is free and its predecessor is done. */
  enqueue(job: NewJob): Job {
    const stored = this.#options.jobs.insert(job);
    this.#options.changed(stored);
    // Not at once: the caller may be in the midst of a transaction whose other rows the job needs.
    setImmediate(() => this.#pump());
    return stored;
  }

  /** A queued job is cancelled at once; a running one is asked, and gone within five seconds. Else: nothing. */
  cancel(id: number): void {
    const job = this.#get(id);
    if (job.status === 'queued') this.#set(job, 'cancelled');
    else this.#stop(id, 'cancelled');
    this.#pump();
  }

  /** A stored job as it really is. */
  shown(job: Job): Job {
    return this.#unstored.get(job.id) ?? job;
  }

  /** Exchanges a queued job with the queued job before or after it. */
  move(id: number, direction: 'up' | 'down'): void {
    const queued = this.#options.jobs.queued();
    const index = queued.findIndex((job) => job.id === id);
    if (index < 0) throw new UserError('Only a job that still waits can be moved.');
    const neighbour = queued[index + (direction === 'up' ? -1 : 1)];
    if (neighbour) this.#options.jobs.swapPositions(id, neighbour.id);
    this.#options.changed(this.#get(id));
    if (neighbour) this.#options.changed(this.#get(neighbour.id));
  }

  /** Resolves when nothing runs and nothing waits that may start. */
  async idle(): Promise<void> {
    while (this.#open && (this.#running.size > 0 || this.#waiting().length > 0)) {
      const ended = [...this.#running.values()].map((running) => running.ended);
      await (ended.length > 0 ? Promise.race(ended) : nextTurn());
    }
  }

  /** Stops every worker; what ran is `interrupted`, what waited stays queued. */
  async close(): Promise<void> {
    this.#open = false;
    const ended = [...this.#running.values()].map((running) => running.ended);
    for (const id of this.#running.keys()) this.#stop(id, 'interrupted');
    await Promise.all(ended);
  }

  #stop(id: number, stopAs: 'cancelled' | 'interrupted'): void {
    const running = this.#running.get(id);
    if (!running) return;
    running.stopAs ??= stopAs;
    running.stopped.resolve(null);
    running.worker?.stop();
  }

  /** Starts what can start. */
  #pump(): void {
    try {
      this.#startWhatCan();
    } catch (error) {
      if (!mayPass(error)) throw error;
      setTimeout(() => this.#pump(), RETRY_MS).unref();
    }
  }

  #startWhatCan(): void {
    if (!this.#open) return;
    for (const job of this.#waiting()) {
      const predecessor = this.#predecessorOf(job);
      if (predecessor === 'waiting') continue;
      if (predecessor !== 'done') {
        this.#set(job, 'failed', predecessor);
        return this.#startWhatCan(); // jobs earlier in the list may wait for this one
      }
      if (!this.#laneBusy(lanes[job.kind])) this.#start(job.kind, job);
    }
  }

  #waiting(): Job[] {
    return this.#options.jobs.queued().filter((job) => job.id > this.#newestForeign);
  }

  #laneBusy(lane: Lane): boolean {
    return [...this.#running.values()].some((running) => running.lane === lane);
  }

  /** Whether the job that has to be done first is; or why it never will be. */
  #predecessorOf(job: Job): 'done' | 'waiting' | Why {
    const before = job.afterJobId === null ? null : this.#options.jobs.get(job.afterJobId);
    if (!before || before.status === 'done') return 'done';
    if (before.status === 'queued' || before.status === 'running') return 'waiting';
    const error = `Not started, because the step before it (“${before.title}”) ${endings[before.status]}.`;
    return { error, details: before.error };
  }

  #start<K extends JobKind>(kind: K, job: Job): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<null>();
    const running: Running = { lane: lanes[kind], worker: null, stopAs: null, stopped, ended: promise };
    this.#set(job, 'running');
    this.#running.set(job.id, running);
    void this.#work(kind, job, running).then(async (outcome) => {
      if (outcome.type === 'done') await this.#end(job, 'done');
      else if (outcome.type === 'failed')
        await this.#end(job, 'failed', { error: outcome.message, details: outcome.details });
      else if (running.stopAs === 'interrupted') await this.#end(job, 'interrupted', INTERRUPTED);
      else await this.#end(job, 'cancelled');
      // What could not be removed costs space until its row is deleted; the job is done all the same.
      const { cleanUp, discard } = this.#options.behaviours[kind];
      await (outcome.type === 'done' ? cleanUp : discard)?.(job).catch(() => {});
      this.#running.delete(job.id);
      resolve();
      this.#pump();
    });
  }

  async #work<K extends JobKind>(kind: K, job: Job, running: Running): Promise<Outcome<K>> {
    const { host, behaviours, jobs, changed } = this.#options;
    try {
      const behaviour = behaviours[kind];
      // A specification may have to wait, for the test of the hardware; whoever cancels does not.
      const spec = await Promise.race([behaviour.spec(job), running.stopped.promise]);
      if (spec === null || running.stopAs) return { type: 'cancelled' };
      const worker = host.start(kind, spec, {
        progress: (progress) => {
          jobs.setProgress(job.id, progress);
          changed(this.#get(job.id));
        },
        event: (event) => behaviour.event(job, event),
      });
      running.worker = worker as RunningWorker<JobKind>;
      const outcome = await worker.outcome;
      if (outcome.type === 'done') await behaviour.finish(job, outcome.result);
      return outcome;
    } catch (error) {
      return { type: 'failed', ...explain(error) };
    }
  }

  /**
   * Stores how a job ended. Where the disk will not take it, it is shown so, and tried until it will; a job that is done shows the reason
   * meanwhile, because after a restart it would count as interrupted.
   */
  async #end(job: Job, status: JobStatus, why: Why = NO_REASON): Promise<void> {
    for (;;) {
      try {
        this.#set(job, status, why);
        this.#unstored.delete(job.id);
        return;
      } catch (error) {
        if (!mayPass(error)) throw error;
        if (!this.#open) return; // the next start finds it running, and calls it interrupted
        const now = this.#get(job.id);
        const progress = { ...now.progress, message: explain(error).message };
        const unstored =
          status === 'done' ? { ...now, progress } : { ...now, status, ...why, finishedAt: Date.now() };
        this.#unstored.set(job.id, unstored);
        this.#options.changed(unstored);
        await delay(RETRY_MS);
      }
    }
  }

  #get(id: number): Job {
    const job = this.#options.jobs.get(id);
    if (!job) throw new UserError(`There is no job ${id}.`);
    return job;
  }

  #set(job: Job, status: JobStatus, why: Why = NO_REASON): void {
    const before = this.#get(job.id);
    if (!transitions[before.status].includes(status))
      throw new Error(`Job ${job.id} cannot go from ${before.status} to ${status}`);
    if (status === 'done')
      this.#options.jobs.setProgress(job.id, { ...before.progress, fraction: 1, secondsLeft: null });
    this.#options.jobs.setStatus(job.id, status, why);
    this.#options.changed(this.#get(job.id));
  }
}

/** Milliseconds before the database is tried again. */
const RETRY_MS = 500;

interface Why {
  readonly error: string | null;
  readonly details: string | null;
}

const NO_REASON: Why = { error: null, details: null };

const INTERRUPTED: Why = {
  error: 'Tessera ended while this was running. What was stored until then is kept.',
  details: null,
};

const endings: Record<'failed' | 'cancelled' | 'interrupted', string> = {
  failed: 'failed',
  cancelled: 'was cancelled',
  interrupted: 'was interrupted',
};
