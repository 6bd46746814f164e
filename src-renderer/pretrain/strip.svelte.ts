import type { ValidationRow } from '../../src-main/contract/values/pretraining.ts';

export const VIEWS = [
  { value: 'prediction', label: 'Prediction', key: 'p' },
  { value: 'truth', label: 'Truth', key: 't' },
  { value: 'image', label: 'Image', key: 'i' },
] as const;
export type View = (typeof VIEWS)[number]['value'];

/** Which validation is looked at, and what of it. */
export class Strip {
  view = $state<View>('prediction');
  readonly #rows: () => readonly ValidationRow[];
  /** null: the newest, also when a newer one comes. */
  #iteration = $state<number | null>(null);

  constructor(rows: () => readonly ValidationRow[]) {
    this.#rows = rows;
  }

  readonly index: number = $derived.by(() => {
    const at = this.#rows().findIndex(({ iteration }) => iteration === this.#iteration);
    return at < 0 ? this.#rows().length - 1 : at;
  });
  readonly row: ValidationRow | undefined = $derived.by(() => this.#rows()[this.index]);

  /** Goes to a validation, as far as there is one; the last of them is followed by newer ones. */
  go(index: number): void {
    const last = this.#rows().length - 1;
    this.#iteration = index >= last ? null : (this.#rows()[Math.max(0, index)]?.iteration ?? null);
  }

  /** Carries out a key: arrows move through the validations, letters choose what is shown. True where the key was one of them. */
  key({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
    if (ctrlKey || metaKey || altKey) return false;
    const view = VIEWS.find((one) => one.key === key.toLowerCase());
    if (view) this.view = view.value;
    else if (key === 'ArrowLeft') this.go(this.index - 1);
    else if (key === 'ArrowRight') this.go(this.index + 1);
    else return false;
    return true;
  }
}
