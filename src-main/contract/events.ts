import { z } from 'zod';
import { Dataset } from './values/dataset.ts';
import { Id } from './values/common.ts';
import { Job } from './values/job.ts';
import { EpochRow, Run, StepRow } from './values/run.ts';
import { Model } from './values/model.ts';
import { Prediction, Slide } from './values/slide.ts';
import { Workspace } from './values/workspace.ts';

const removed = z.object({ id: Id });

/** What the backend tells every connected window over the WebSocket, one JSON object per message. */
export const ServerEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('workspace'), workspace: Workspace.nullable() }),
  z.object({ type: z.literal('job'), job: Job }),
  z.object({ type: z.literal('dataset'), dataset: Dataset }),
  z.object({ type: z.literal('run'), run: Run }),
  z.object({ type: z.literal('steps'), runId: Id, steps: z.array(StepRow) }),
  z.object({ type: z.literal('epoch'), runId: Id, epoch: EpochRow }),
  z.object({ type: z.literal('model'), model: Model }),
  z.object({ type: z.literal('slide'), slide: Slide }),
  z.object({ type: z.literal('prediction'), prediction: Prediction }),
  z.object({
    type: z.literal('removed'),
    entity: z.enum(['dataset', 'run', 'model', 'slide', 'prediction']),
    ...removed.shape,
  }),
]);
export type ServerEvent = z.infer<typeof ServerEvent>;
