import type { DatasetPreview } from '../../src-main/contract/values/dataset.ts';
import { client } from '../api/client.ts';
import { router } from '../router.svelte.ts';
import { Resource } from '../state/resource.svelte.ts';
import { store } from '../state/store.svelte.ts';
import { CuttingForm } from './cutting/cuttingForm.svelte.ts';

/** What the import dialog holds: a path, what lies there, and how the dataset is to be called. */
export class ImportForm {
  path = $state('');
  /** Folder or file of the annotations of slides; empty: beside them. */
  annotations = $state('');
  name = $state('');
  mpp = $state<number | null>(null);
  busy = $state(false);
  /** Why the import did not start. */
  failure = $state.raw<unknown>(null);
  readonly preview = new Resource<DatasetPreview>();
  /** Of annotated slides. */
  readonly cutting = new CuttingForm();
  readonly annotated = $derived(this.preview.value?.layout === 'annotated');
  readonly ready = $derived(
    this.preview.value !== null &&
      !this.preview.loading &&
      this.name.trim() !== '' &&
      (!this.annotated || this.cutting.ready),
  );

  /** Looks at what lies at `path`, and suggests a name. */
  async look(path: string, annotations = ''): Promise<void> {
    // The same slides with other annotations: the dialog stays as it is meanwhile, and the name is the user's.
    const anew = path !== this.path || this.preview.value === null;
    if (anew) this.preview.reset();
    this.path = path;
    this.annotations = annotations;
    this.cutting.end();
    if (!path) return;
    const source = { path, annotations: annotations || null };
    const preview = await this.preview.load(() => client('datasets.preview', source));
    if (this.preview.error !== null) this.preview.value = null;
    if (!preview) return;
    if (anew) this.name = preview.suggestedName;
    if (this.annotated) this.cutting.begin(source);
  }

  /** Starts the import and goes on to the dataset. */
  async start(): Promise<void> {
    const { path, name, mpp, annotated } = this;
    this.busy = true;
    this.failure = null;
    try {
      const { dataset, job } = await client('datasets.import', {
        path,
        name: name.trim(),
        mpp: annotated ? null : mpp,
        annotations: this.annotations || null,
        cutting: annotated ? this.cutting.settings : null,
      });
      store.datasets.add(dataset);
      store.jobs.add(job);
      router.go(`/datasets/${dataset.id}`);
    } catch (error) {
      this.failure = error;
    }
    this.busy = false;
  }
}
