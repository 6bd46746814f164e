import type { ServerEvent } from '../../src-main/contract/events.ts';
import type { EpochRow, StepRow } from '../../src-main/contract/values/run.ts';
import { client } from '../api/client.ts';
import { onServerEvent } from '../api/events.ts';
import { append } from './append.ts';

const stepOf = (row: StepRow): number => row.step;
const epochOf = (row: EpochRow): number => row.epoch;

/** The curves of a run: asked for once, then extended by events. */
export class RunHistory {
  readonly runId: number;
  steps = $state.raw<readonly StepRow[]>([]);
  epochs = $state.raw<readonly EpochRow[]>([]);
  error = $state.raw<unknown>(null);
  #loaded = false;
  #early: ServerEvent[] = [];

  constructor(runId: number) {
    this.runId = runId;
  }

  /** Begins; the returned function ends it. */
  start(): () => void {
    const stop = onServerEvent((event) => this.#hear(event));
    void this.#load();
    return stop;
  }

  async #load(): Promise<void> {
    try {
      const { steps, epochs } = await client('runs.history', { id: this.runId });
      this.steps = steps;
      this.epochs = epochs;
      this.#loaded = true;
      for (const event of this.#early.splice(0)) this.#hear(event);
    } catch (error) {
      this.error = error;
    }
  }

  #hear(event: ServerEvent): void {
    if ((event.type !== 'steps' && event.type !== 'epoch') || event.runId !== this.runId) return;
    if (!this.#loaded) this.#early.push(event);
    else if (event.type === 'steps') this.steps = append(this.steps, event.steps, stepOf);
    else this.epochs = append(this.epochs, [event.epoch], epochOf);
  }
}
