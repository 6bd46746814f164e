import type { ServerEvent } from '../../src-main/contract/events.ts';
import type { RequestOutput } from '../../src-main/contract/requests.ts';
import type { Dataset } from '../../src-main/contract/values/dataset.ts';
import type { Hardware } from '../../src-main/contract/values/hardware.ts';
import type { Job, Progress } from '../../src-main/contract/values/job.ts';
import type { Model } from '../../src-main/contract/values/model.ts';
import type { Pretraining } from '../../src-main/contract/values/pretraining.ts';
import type { Run } from '../../src-main/contract/values/run.ts';
import type { Prediction, Slide } from '../../src-main/contract/values/slide.ts';
import type { Workspace } from '../../src-main/contract/values/workspace.ts';
import { ApiError, client } from '../api/client.ts';
import { Collection } from './collection.svelte.ts';

/** What the window knows of the backend: lists asked for once, kept true by events. */
class Store {
  info = $state.raw<RequestOutput<'app.info'> | null>(null);
  hardware = $state.raw<Hardware | null>(null);
  /** The test of the devices, while it runs. */
  hardwareTest = $state.raw<Progress | null>(null);
  workspace = $state.raw<Workspace | null>(null);
  /** False until the backend told which workspace is open. */
  ready = $state(false);
  connected = $state(true);
  /** The backend was started anew, with another token. */
  refused = $state(false);

  readonly jobs = new Collection<Job>();
  readonly datasets = new Collection<Dataset>();
  readonly pretrainings = new Collection<Pretraining>();
  readonly runs = new Collection<Run>();
  readonly models = new Collection<Model>();
  readonly slides = new Collection<Slide>();
  readonly predictions = new Collection<Prediction>();

  readonly #collections = [
    this.jobs,
    this.datasets,
    this.pretrainings,
    this.runs,
    this.models,
    this.slides,
    this.predictions,
  ];
  #hardwareAsked = false;
  #refreshes = 0;
  #newest = Promise.resolve();
  #loads = 0;
  readonly #waiting: ServerEvent[] = [];

  /**
   * Asks for everything anew: at the start, after a lost connection, and when another workspace was opened. Nothing waits for the
   * hardware, whose test at the first start takes seconds. A late answer does not undo a newer one: who asked then waits for that.
   */
  refresh(): Promise<void> {
    return (this.#newest = this.#refresh(++this.#refreshes));
  }

  async #refresh(turn: number): Promise<void> {
    const [info, workspace] = await Promise.all([client('app.info', {}), client('workspace.current', {})]);
    if (turn !== this.#refreshes) return this.#newest;
    this.info = info;
    await this.#enter(workspace);
    this.ready = true;
    void this.#askHardware();
  }

  /** Once: an answer that waits for the test keeps one of the few connections that a browser opens, and six would be all. */
  async #askHardware(): Promise<void> {
    if (this.hardware !== null || this.#hardwareAsked) return;
    this.#hardwareAsked = true;
    try {
      this.hardware = await client('hardware.get', {});
    } catch (error) {
      this.#hardwareAsked = false; // the next connection asks again
      reportError(error);
    }
  }

  /** Finds out whether a lost connection will never come back. */
  async checkToken(): Promise<void> {
    const error: unknown = await client('app.info', {}).catch((thrown: unknown) => thrown);
    if (error instanceof ApiError && error.status === 401) this.refused = true;
  }

  /** Events that arrive while lists are on their way wait: a list may be older than they are. */
  apply(event: ServerEvent): void {
    if (this.#loads > 0 && event.type !== 'workspace') this.#waiting.push(event);
    else this.#apply(event);
  }

  #apply(event: ServerEvent): void {
    switch (event.type) {
      case 'workspace':
        if (event.workspace?.path !== this.workspace?.path) void this.#enter(event.workspace);
        return;
      case 'job':
        return this.jobs.put(event.job);
      case 'hardware':
        this.hardware = event.hardware;
        return;
      case 'hardwareTest':
        this.hardwareTest = event.progress.fraction < 1 ? event.progress : null;
        return;
      case 'dataset':
        return this.datasets.put(event.dataset);
      case 'pretraining':
        return this.pretrainings.put(event.pretraining);
      case 'run':
        return this.runs.put(event.run);
      case 'model':
        return this.models.put(event.model);
      case 'slide':
        return this.slides.put(event.slide);
      case 'prediction':
        return this.predictions.put(event.prediction);
      case 'removed':
        return this[`${event.entity}s`].remove(event.id);
    }
  }

  async #enter(workspace: Workspace | null): Promise<void> {
    if (workspace?.path !== this.workspace?.path) {
      for (const collection of this.#collections) collection.clear();
      this.#waiting.length = 0; // of the other one
    }
    this.workspace = workspace;
    if (!workspace) return;
    this.#loads++;
    try {
      await this.#loadLists(workspace);
    } finally {
      this.#loads--;
      if (this.#loads === 0) for (const event of this.#waiting.splice(0)) this.#apply(event);
    }
  }

  async #loadLists({ path }: Workspace): Promise<void> {
    const { jobs, datasets, pretrainings, runs, models, slides, predictions } = this;
    // What was asked of a workspace that is no longer open says nothing about the one that is.
    const into =
      <T extends { readonly id: number }>(collection: Collection<T>) =>
      (rows: readonly T[]) => {
        if (this.workspace?.path === path) collection.replaceAll(rows);
      };
    await Promise.all([
      client('jobs.list', {}).then(into(jobs)),
      client('datasets.list', {}).then(into(datasets)),
      client('pretrainings.list', {}).then(into(pretrainings)),
      client('runs.list', {}).then(into(runs)),
      client('models.list', {}).then(into(models)),
      client('slides.list', {}).then(into(slides)),
      client('predictions.list', {}).then(into(predictions)),
    ]);
  }
}

export const store = new Store();
