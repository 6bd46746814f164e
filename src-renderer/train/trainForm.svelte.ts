import { defaultRunConfig } from '../../src-main/contract/defaults.ts';
import type { RequestOutput } from '../../src-main/contract/requests.ts';
import type { Model } from '../../src-main/contract/values/model.ts';
import type { Optimizer, Run, RunConfig, Schedule } from '../../src-main/contract/values/run.ts';
import { client } from '../api/client.ts';
import { router } from '../router.svelte.ts';
import { Resource } from '../state/resource.svelte.ts';
import { store } from '../state/store.svelte.ts';
import { attempt } from '../state/toasts.svelte.ts';

/** The schedules' own defaults, taken when the user changes the kind. */
const SCHEDULES: Record<Schedule['kind'], Schedule> = {
  constant: { kind: 'constant' },
  step: { kind: 'step', everyFraction: 0.5, gamma: 0.1 },
  poly: { kind: 'poly', power: 0.9 },
};

/** The configuration of the run to come. It outlives the screen: what was entered is there when the user returns. */
class TrainForm {
  config = $state<RunConfig>(defaultRunConfig(0));
  name = $state('');
  busy = $state(false);
  readonly estimate = new Resource<RequestOutput<'runs.estimate'>>();

  /** Begins with a dataset, or with all settings of an earlier run. */
  begin(dataset: number | undefined, like: Run | undefined): void {
    if (like) this.config = structuredClone(like.config);
    else if (dataset) this.config.datasetId = dataset;
    if (!store.datasets.get(this.config.datasetId)) this.config.datasetId = this.#newestDataset();
    const { init } = this.config;
    if (init.kind === 'model' && !store.models.get(init.modelId)) this.startFrom(undefined);
  }

  /** The weights to begin with: a model brings its network along. */
  startFrom(model: Model | undefined): void {
    if (!model) {
      this.config.init = { kind: 'random' };
      return;
    }
    this.config.init = { kind: 'model', modelId: model.id };
    this.config.architecture = model.card.architecture;
    this.config.width = model.card.width;
  }

  setOptimizer(kind: Optimizer['kind']): void {
    const { learningRate, weightDecay } = this.config.optimizer;
    this.config.optimizer =
      kind === 'adam'
        ? { kind, learningRate, weightDecay }
        : { kind, learningRate, momentum: 0.9, weightDecay };
  }

  setSchedule(kind: Schedule['kind']): void {
    this.config.schedule = { ...SCHEDULES[kind] };
  }

  reset(): void {
    this.config = defaultRunConfig(this.config.datasetId);
    this.name = '';
  }

  async ask(config: RunConfig): Promise<void> {
    await this.estimate.load(() => client('runs.estimate', { config }));
  }

  async start(): Promise<void> {
    this.busy = true;
    const config = $state.snapshot(this.config);
    const run = await attempt(() => client('runs.create', { name: this.name.trim() || null, config }));
    this.busy = false;
    if (!run) return;
    this.name = '';
    store.runs.add(run);
    router.go(`/runs/${run.id}`);
  }

  #newestDataset(): number {
    return store.datasets.newest.find((dataset) => dataset.status === 'ready')?.id ?? 0;
  }
}

export const trainForm = new TrainForm();
