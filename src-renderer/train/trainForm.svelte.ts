import { defaultRunConfig } from '../../src-main/contract/defaults.ts';
import type { RequestOutput } from '../../src-main/contract/requests.ts';
import type { Model } from '../../src-main/contract/values/model.ts';
import type { Run, RunConfig } from '../../src-main/contract/values/run.ts';
import { client } from '../api/client.ts';
import { router } from '../router.svelte.ts';
import { Resource } from '../state/resource.svelte.ts';
import { store } from '../state/store.svelte.ts';
import { attempt } from '../state/toasts.svelte.ts';
import { isTrainable } from './trainable.ts';

/** The configuration of the run to come. It outlives the screen: what was entered is there when the user returns. */
class TrainForm {
  config = $state<RunConfig>(defaultRunConfig(0));
  name = $state('');
  busy = $state(false);
  readonly estimate = new Resource<RequestOutput<'runs.estimate'>>();

  /** Begins with a dataset, a model or all settings of an earlier run, where there is one. */
  begin(from: { dataset: number; start: Model | undefined; like: Run | undefined }): void {
    const { dataset, start, like } = from;
    if (like) this.config = structuredClone(like.config);
    if (dataset) this.config.datasetId = dataset;
    if (start?.trainable) this.startFrom(start);
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

  reset(): void {
    this.config = defaultRunConfig(this.config.datasetId);
    this.name = '';
  }

  async ask(): Promise<void> {
    const config = $state.snapshot(this.config);
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
    const fitting = store.datasets.newest.filter(isTrainable);
    return (fitting.find(({ missing }) => !missing) ?? fitting[0])?.id ?? 0;
  }
}

export const trainForm = new TrainForm();
