import type { ServerEvent } from '../../src-main/contract/events.ts';
import type { PretrainStepRow, ValidationRow } from '../../src-main/contract/values/pretraining.ts';
import { client } from '../api/client.ts';
import { onServerEvent } from '../api/events.ts';
import { append } from '../runs/append.ts';

const iterationOf = ({ iteration }: { readonly iteration: number }): number => iteration;

/** The curves and validations of a pre-training: asked for once, then extended by events. */
export class PretrainHistory {
  readonly #id: number;
  steps = $state.raw<readonly PretrainStepRow[]>([]);
  validations = $state.raw<readonly ValidationRow[]>([]);
  loaded = $state(false);
  error = $state.raw<unknown>(null);
  #early: ServerEvent[] = [];

  constructor(id: number) {
    this.#id = id;
  }

  /** Begins; the returned function ends it. */
  start(): () => void {
    const stop = onServerEvent((event) => this.#hear(event));
    void this.load();
    return stop;
  }

  async load(): Promise<void> {
    try {
      const { steps, validations } = await client('pretrainings.history', { id: this.#id });
      this.steps = steps;
      this.validations = validations;
      this.loaded = true;
      this.error = null;
      for (const event of this.#early.splice(0)) this.#hear(event);
    } catch (error) {
      this.error = error;
    }
  }

  #hear(event: ServerEvent): void {
    if (event.type !== 'pretrainingSteps' && event.type !== 'validation') return;
    if (event.pretrainingId !== this.#id) return;
    if (!this.loaded) this.#early.push(event);
    else if (event.type === 'validation')
      this.validations = append(this.validations, [event.validation], iterationOf);
    else this.steps = append(this.steps, event.steps, iterationOf);
  }
}
