import { FORWARD_SHARE } from '../../base/forwardShare.ts';
import type { PretrainStepRow } from '../../contract/values/pretraining.ts';
import type { PretrainSpec, WorkerContext } from '../../contract/worker.ts';
import { validationSide } from '../../data/voc/validationSide.ts';
import { imagesPerIteration } from '../../training/pretraining/plan.ts';
import type { PretrainingEvent } from '../../training/pretraining/pretraining.ts';
import { StepReporter } from '../stepReporter.ts';

/** The share of work, in training crops, that a validation image is. */
function validationCost({ config, val }: Pick<PretrainSpec, 'config' | 'val'>): number {
  return FORWARD_SHARE * (validationSide(val) / config.cropSize) ** 2;
}

/**
 * Passes a pre-training's events on to the backend: steps gathered to a few messages per second, and with them a progress
 * whose fraction counts the work of training and validation together.
 */
export class PretrainReport {
  readonly #spec: PretrainSpec;
  readonly #context: WorkerContext<'pretrain'>;
  readonly #resumedAt: number;
  readonly #reporter: StepReporter<PretrainStepRow>;
  readonly #cost: number;
  /** Images of a validation on the way, and of the last one on all (0: it is not needed). */
  readonly #validated: { each: number; final: number };
  #iteration = 0;
  #validations = 0;
  #score = '';

  /** @param resumedAt the iteration from which it goes on; those before are only told again */
  constructor(spec: PretrainSpec, context: WorkerContext<'pretrain'>, resumedAt: number) {
    this.#spec = spec;
    this.#context = context;
    this.#resumedAt = resumedAt;
    this.#reporter = new StepReporter(
      (steps) => context.event({ type: 'steps', steps }),
      (progress) => context.progress(progress),
    );
    this.#cost = validationCost(spec);
    const each = Math.min(spec.val.length, spec.config.validationImages ?? spec.val.length);
    this.#validated = { each, final: each < spec.val.length ? spec.val.length : 0 };
  }

  event(event: PretrainingEvent): void {
    const { iterations } = this.#spec.config;
    switch (event.type) {
      case 'step':
        this.#reporter.add(event.step);
        this.#iteration = event.step.iteration;
        if (this.#iteration <= this.#resumedAt) return; // no work of now: it would spoil the rate
        return this.#tell(
          `iteration ${this.#iteration} of ${iterations}, loss ${event.step.loss.toFixed(3)}${this.#score}`,
          this.#work(0),
        );
      case 'validated': {
        const what = event.final ? 'measuring the best weights' : `validating iteration ${this.#iteration}`;
        return this.#tell(`${what}: image ${event.done} of ${event.total}`, this.#work(event.done));
      }
      case 'validation': {
        this.#validations++;
        const { score } = event.validation;
        const metric = this.#spec.config.kind === 'segmentation' ? 'mIoU' : 'mAP';
        this.#score = `, ${metric} ${(100 * score).toFixed(1)} %`;
        this.flush();
        return this.#context.event({ type: 'validation', validation: event.validation });
      }
    }
  }

  /** Sends the steps gathered so far. */
  flush(): void {
    this.#reporter.flush();
  }

  #tell(message: string, done: number): void {
    const total = this.#totalWork();
    const fraction = Math.min(0.99, done / total);
    this.#reporter.tell({ message, done, total, fraction });
  }

  /** In images trained on; `validated` images of the validation under way included. */
  #work(validated: number): number {
    const images = this.#validations * this.#validated.each + validated;
    return this.#iteration * imagesPerIteration(this.#spec.config) + this.#cost * images;
  }

  #totalWork(): number {
    const { config } = this.#spec;
    const validations = Math.ceil(config.iterations / config.validateEvery);
    const images = validations * this.#validated.each + this.#validated.final;
    return config.iterations * imagesPerIteration(config) + this.#cost * images;
  }
}
