import { FORWARD_SHARE } from '../base/forwardShare.ts';
import type { StepRow } from '../contract/values/run.ts';
import type { SpecPatch, TrainSpec, WorkerContext } from '../contract/worker.ts';
import type { HeldOut, TrainingEvent } from '../training/training.ts';
import { StepReporter } from './stepReporter.ts';

/** Share of the run that is over when the training is; what follows is the colour baseline. */
const TRAINING_SHARE = 0.98;

/**
 * Passes a training's events on to the backend: steps gathered to a few messages per second, everything else at once,
 * and with them a progress whose fraction counts the work of training and evaluation together.
 */
export class TrainReport {
  readonly #spec: TrainSpec;
  readonly #context: WorkerContext<'train'>;
  readonly #batchSize: number;
  readonly #stepsPerEpoch: number;
  readonly #resumedAt: number;
  readonly #reporter: StepReporter<StepRow>;
  #step = 0;
  #epochsDone = 0;
  #imagesPerSecond: number | null = null;

  /** @param resumedAt the step from which the run goes on; those before are only told again */
  constructor(
    spec: TrainSpec,
    context: WorkerContext<'train'>,
    order: { batchSize: number; stepsPerEpoch: number },
    resumedAt: number,
  ) {
    this.#spec = spec;
    this.#context = context;
    this.#batchSize = order.batchSize;
    this.#stepsPerEpoch = order.stepsPerEpoch;
    this.#resumedAt = resumedAt;
    this.#reporter = new StepReporter(
      (steps) => context.event({ type: 'steps', steps }),
      (progress) => context.progress(progress),
    );
  }

  event(event: TrainingEvent): void {
    switch (event.type) {
      case 'step': {
        this.#reporter.add(event.step);
        this.#step = event.step.step;
        if (this.#step <= this.#resumedAt) return; // no work of now: it would spoil the rate
        const message = `epoch ${event.step.epoch} of ${this.#spec.config.epochs}`;
        return this.#tell(message, this.#trainingWork());
      }
      case 'evaluated': {
        const { message, before } = this.#evaluation(event.split);
        return this.#tell(message, this.#trainingWork() + FORWARD_SHARE * (before + event.done));
      }
      case 'epoch':
        this.#epochsDone = event.epoch.epoch;
        this.#imagesPerSecond = event.epoch.imagesPerSecond;
        this.flush();
        return this.#context.event(event);
      case 'predictions': {
        this.flush();
        const patches: SpecPatch[] = this.#spec[event.split];
        return this.#context.event({
          type: 'predictions',
          split: event.split,
          patchIds: patches.map(({ id }) => id),
          trueClasses: patches.map(({ classIndex }) => classIndex),
          scores: event.scores,
        });
      }
    }
  }

  /** Sends the steps gathered so far. */
  flush(): void {
    this.#reporter.flush();
  }

  #tell(message: string, done: number): void {
    const total = this.#totalWork();
    const fraction = Math.min(1, done / total) * TRAINING_SHARE;
    this.#reporter.tell({ message, done, total, fraction, imagesPerSecond: this.#imagesPerSecond });
  }

  /** What an evaluation is for, and how many patches were evaluated after the last epoch before it. */
  #evaluation(split: HeldOut): { message: string; before: number } {
    if (split === 'test') return { message: 'evaluating the test patches', before: this.#spec.val.length };
    const epoch = this.#epochsDone + 1;
    const message = epoch > this.#spec.config.epochs ? 'validating' : `validating epoch ${epoch}`;
    return { message, before: 0 };
  }

  /** Of the steps done and the validations after finished epochs, in images trained on. */
  #trainingWork(): number {
    return this.#step * this.#batchSize + FORWARD_SHARE * this.#epochsDone * this.#spec.val.length;
  }

  #totalWork(): number {
    const { config, val, test } = this.#spec;
    const training = config.epochs * this.#stepsPerEpoch * this.#batchSize;
    return training + FORWARD_SHARE * ((config.epochs + 1) * val.length + test.length);
  }
}
