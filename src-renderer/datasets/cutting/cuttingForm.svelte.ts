import { defaultCutting } from '../../../src-main/contract/cuttingDefaults.ts';
import type { CuttingPreview, PatchCutting } from '../../../src-main/contract/values/annotations.ts';
import { client } from '../../api/client.ts';
import { Resource } from '../../state/resource.svelte.ts';
import { cuttingProblem } from './cuttingWords.ts';

/** Where annotated slides lie. */
export interface AnnotatedSource {
  readonly path: string;
  /** Folder or file of the annotations; null: beside the slides. */
  readonly annotations: string | null;
}

/** As long as a user pauses between two digits or two steps of a slider, in milliseconds. */
const PAUSE = 250;

/** How annotated slides are to be cut, and what that would give: asked for anew once the user pauses. */
export class CuttingForm {
  settings = $state.raw<PatchCutting>(defaultCutting());
  /** The slide in the picture, by its position in the preview. */
  slide = $state(0);
  /** True from a change until the answer to it; what is shown until then is the answer to the one before. */
  busy = $state(false);
  readonly preview = new Resource<CuttingPreview>();
  /** Why nothing can be learnt from what would be cut. */
  readonly problem = $derived(this.preview.value && cuttingProblem(this.preview.value, this.settings));
  readonly ready = $derived(
    !this.busy && this.preview.value !== null && this.preview.error === null && this.problem === null,
  );
  #source: AnnotatedSource | null = null;
  #path = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Ends the question that is under way. */
  #asking: AbortController | null = null;

  /** Begins with what lies there; the settings stay where it is the same. */
  begin(source: AnnotatedSource): void {
    if (source.path !== this.#path) this.settings = defaultCutting();
    this.#source = source;
    this.#path = source.path;
    this.slide = 0;
    void this.#first();
  }

  /** Ends: nothing is asked any more. */
  end(): void {
    this.leave();
    this.#source = null;
    this.preview.reset();
    this.busy = false;
  }

  /** Nobody looks any more: what is under way would be asked for nothing. */
  leave(): void {
    clearTimeout(this.#timer);
    if (!this.busy) return;
    this.#asking?.abort();
    this.#asking = null;
    this.preview.reset();
  }

  /** Somebody looks again: what was not answered is asked anew. */
  comeBack(): void {
    if (this.busy && !this.preview.loading) void this.#ask();
  }

  change(settings: Partial<PatchCutting>): void {
    this.settings = { ...this.settings, ...settings };
    this.#soon();
  }

  /** Takes a class in or leaves it out. */
  want(name: string, wanted: boolean): void {
    const others = this.settings.without.filter((one) => one !== name);
    this.change({ without: wanted ? others : [...others, name] });
  }

  show(slide: number): void {
    this.slide = slide;
    this.#soon(); // arrow keys pass several slides
  }

  /** A slide that cannot be cut makes a poor first picture. */
  async #first(): Promise<void> {
    await this.#ask();
    const usable = this.preview.value?.slides.findIndex(({ problem }) => problem === null) ?? 0;
    if (this.slide === 0 && usable > 0) {
      this.slide = usable;
      await this.#ask();
    }
  }

  #soon(): void {
    this.busy = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), PAUSE);
  }

  /** One question at a time, since each costs a process: the one before, whose answer would be out of date, ends. */
  async #ask(): Promise<void> {
    const { settings: cutting, slide } = this;
    const source = this.#source;
    clearTimeout(this.#timer);
    this.busy = true;
    this.#asking?.abort();
    if (!source) return;
    const asking = new AbortController();
    this.#asking = asking;
    await this.preview.load(() =>
      client('datasets.previewCutting', { ...source, cutting, slide }, asking.signal),
    );
    // What was changed meanwhile is asked when the pause after it is over.
    if (asking === this.#asking && cutting === this.settings && slide === this.slide) this.busy = false;
  }
}
