import {
  presetConfig,
  pretrainPreset,
  type PretrainPresetName,
} from '../../src-main/contract/pretrainPresets.ts';
import type { Model } from '../../src-main/contract/values/model.ts';
import type {
  PretrainConfig,
  PretrainEstimate,
  PretrainKind,
  Pretraining,
} from '../../src-main/contract/values/pretraining.ts';
import { client } from '../api/client.ts';
import { router } from '../router.svelte.ts';
import { Resource } from '../state/resource.svelte.ts';
import { store } from '../state/store.svelte.ts';
import { attempt } from '../state/toasts.svelte.ts';
import { changedFrom, withKind } from './presetValues.ts';
import { isPretrainable } from './pretrainable.ts';

/** The configuration of the pre-training to come. It outlives the screen: what was entered is there when the user returns. */
class PretrainForm {
  config = $state<PretrainConfig>(presetConfig('paper', 'segmentation', 0));
  /** The preset that the values are compared with. */
  presetName = $state<PretrainPresetName>('paper');
  name = $state('');
  busy = $state(false);
  readonly estimate = new Resource<PretrainEstimate>();
  readonly preset = $derived(pretrainPreset(this.presetName, this.config.kind));
  readonly changed = $derived(changedFrom(this.preset, this.config));

  /** Begins with a dataset, or with all settings of an earlier pre-training, where there is one. */
  begin(from: { dataset: number; like: Pretraining | undefined }): void {
    const { dataset, like } = from;
    if (like) this.config = structuredClone(like.config);
    if (dataset) this.config.datasetId = dataset;
    if (!store.datasets.get(this.config.datasetId)) this.config.datasetId = newestDataset();
    const { init } = this.config;
    if (init.kind === 'model' && !store.models.get(init.modelId)) this.startFrom(undefined);
  }

  setKind(kind: PretrainKind): void {
    this.config = withKind($state.snapshot(this.config), this.presetName, kind);
  }

  /** All values of a preset, in place of whatever was entered. */
  take(name: PretrainPresetName): void {
    this.presetName = name;
    this.config = structuredClone(presetConfig(name, this.config.kind, this.config.datasetId));
  }

  /** The weights to begin with: a model brings its network along. */
  startFrom(model: Model | undefined): void {
    this.config.init = model ? { kind: 'model', modelId: model.id } : { kind: 'random' };
    if (!model) return;
    this.config.architecture = model.card.architecture;
    this.config.width = model.card.width;
  }

  async ask(): Promise<void> {
    const config = $state.snapshot(this.config);
    await this.estimate.load(() => client('pretrainings.estimate', { config }));
  }

  /** Has a few real steps taken, to know the time better. */
  async measure(): Promise<void> {
    const config = $state.snapshot(this.config);
    const job = await attempt(() => client('pretrainings.measure', { config }));
    if (job) store.jobs.put(job);
  }

  async start(): Promise<void> {
    this.busy = true;
    const config = $state.snapshot(this.config);
    const made = await attempt(() =>
      client('pretrainings.create', { name: this.name.trim() || null, config }),
    );
    this.busy = false;
    if (!made) return;
    this.name = '';
    store.pretrainings.add(made);
    router.go(`/pretrain/${made.id}`);
  }
}

function newestDataset(): number {
  const fitting = store.datasets.newest.filter(isPretrainable);
  return (fitting.find(({ missing }) => !missing) ?? fitting[0])?.id ?? 0;
}

export const pretrainForm = new PretrainForm();
