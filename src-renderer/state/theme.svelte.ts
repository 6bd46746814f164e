import { preferences } from './preferences.ts';

type Choice = 'system' | 'light' | 'dark';
const ORDER: Choice[] = ['system', 'light', 'dark'];

/** Light or dark: the system's setting unless the user chose one. */
class Theme {
  choice = $state<Choice>(ORDER.find((one) => one === preferences.get('theme')) ?? 'system');
  dark = $state(false);
  readonly #system = matchMedia('(prefers-color-scheme: dark)');

  constructor() {
    this.#system.addEventListener('change', () => this.#apply());
    this.#apply();
  }

  /** System → light → dark → system. */
  next(): void {
    this.choice = ORDER[(ORDER.indexOf(this.choice) + 1) % ORDER.length] ?? 'system';
    preferences.set('theme', this.choice === 'system' ? null : this.choice);
    this.#apply();
  }

  /** The document first: charts read its colours as soon as `dark` changes. */
  #apply(): void {
    const dark = this.choice === 'system' ? this.#system.matches : this.choice === 'dark';
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    this.dark = dark;
  }
}

export const theme = new Theme();
