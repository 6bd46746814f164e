import type { DatasetPreview } from '../../src-main/contract/values/dataset.ts';
import { client } from '../api/client.ts';
import { router } from '../router.svelte.ts';
import { Resource } from '../state/resource.svelte.ts';
import { store } from '../state/store.svelte.ts';
import { pickPath } from '../ui/pathPicker.svelte.ts';

/** What the import dialog holds: a path, what lies there, and how the dataset is to be called. */
export class ImportForm {
  path = $state('');
  name = $state('');
  mpp = $state<number | null>(null);
  busy = $state(false);
  /** Why the import did not start. */
  failure = $state.raw<unknown>(null);
  readonly preview = new Resource<DatasetPreview>();
  readonly ready = $derived(this.preview.value !== null && !this.preview.loading && this.name.trim() !== '');

  async browse(kind: 'folder' | 'file'): Promise<void> {
    const title =
      kind === 'folder' ? 'Folder with one folder per class' : 'Zip with one folder per class, or VOC’s tar';
    const path = await pickPath({
      kind,
      title,
      filters: [{ name: 'Zip or tar', extensions: ['zip', 'tar'] }],
    });
    if (path) await this.look(path);
  }

  /** Looks at what lies at `path`, and suggests a name. */
  async look(path: string): Promise<void> {
    this.path = path;
    this.preview.reset();
    if (!path) return;
    await this.preview.load(() => client('datasets.preview', { path }));
    if (this.preview.value) this.name = this.preview.value.suggestedName;
  }

  /** Starts the import and goes on to the dataset. */
  async start(): Promise<void> {
    const { path, name, mpp } = this;
    this.busy = true;
    this.failure = null;
    try {
      const { dataset, job } = await client('datasets.import', { path, name: name.trim(), mpp });
      store.datasets.add(dataset);
      store.jobs.add(job);
      router.go(`/datasets/${dataset.id}`);
    } catch (error) {
      this.failure = error;
    }
    this.busy = false;
  }
}
