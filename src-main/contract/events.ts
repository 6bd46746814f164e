import { z } from 'zod';
import { Dataset } from './values/dataset.ts';
import { Id } from './values/common.ts';
import { Hardware } from './values/hardware.ts';
import { Job, Progress } from './values/job.ts';
import { EpochRow, Run, StepRow } from './values/run.ts';
import { Model } from './values/model.ts';
import { PretrainStepRow, Pretraining, ValidationRow } from './values/pretraining.ts';
import { Prediction, Slide } from './values/slide.ts';
import { Workspace } from './values/workspace.ts';

const removed = z.object({ id: Id });

/** What the backend tells every connected window over the WebSocket, one JSON object per message. */
export const ServerEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('workspace'), workspace: Workspace.nullable() }),
  z.object({ type: z.literal('job'), job: Job }),
  z.object({ type: z.literal('hardware'), hardware: Hardware }),
  /** The test of the providers; fraction 1 when it is over. */
  z.object({ type: z.literal('hardwareTest'), progress: Progress }),
  z.object({ type: z.literal('dataset'), dataset: Dataset }),
  z.object({ type: z.literal('run'), run: Run }),
  z.object({ type: z.literal('steps'), runId: Id, steps: z.array(StepRow) }),
  z.object({ type: z.literal('epoch'), runId: Id, epoch: EpochRow }),
  z.object({ type: z.literal('pretraining'), pretraining: Pretraining }),
  z.object({ type: z.literal('pretrainingSteps'), pretrainingId: Id, steps: z.array(PretrainStepRow) }),
  /** A validation, whose pictures' masks can be fetched from now on. */
  z.object({ type: z.literal('validation'), pretrainingId: Id, validation: ValidationRow }),
  z.object({ type: z.literal('model'), model: Model }),
  z.object({ type: z.literal('slide'), slide: Slide }),
  z.object({ type: z.literal('prediction'), prediction: Prediction }),
  z.object({
    type: z.literal('removed'),
    entity: z.enum(['dataset', 'run', 'pretraining', 'model', 'slide', 'prediction']),
    ...removed.shape,
  }),
]);
export type ServerEvent = z.infer<typeof ServerEvent>;
