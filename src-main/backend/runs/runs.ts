import { rm } from 'node:fs/promises';
import { UserError } from '../../base/errors.ts';
import type { RequestOutput, ParsedInput } from '../../contract/requests.ts';
import { isUnderWay } from '../../contract/underWay.ts';
import type { Device, Run } from '../../contract/values/run.ts';
import { publishRun } from '../announce.ts';
import type { TrainParameters } from '../jobs/train.ts';
import { found } from '../problems.ts';
import type { Session, Workplace } from '../session.ts';
import { ensureDrawn } from './draw.ts';
import { estimateRun } from './estimate.ts';
import { runName } from './words.ts';

export function getRun({ store }: Workplace, id: number): Run {
  return found(store.runs.get(id), 'run', id);
}

/** Draws the run's patches, stores it and queues its training. @throws UserError when it cannot start */
export function createRun(session: Session, { name, config }: ParsedInput<'runs.create'>): Run {
  const { store } = session;
  const { problem } = estimateRun(session, config);
  if (problem) throw new UserError(problem);
  const dataset = found(store.datasets.get(config.datasetId), 'dataset', config.datasetId);
  return store.transaction(() => {
    const id = store.runs.insert(name ?? runName(dataset.name, config), config);
    ensureDrawn(session, id);
    queueTraining(session, id, { resume: false });
    return getRun(session, id);
  });
}

/** Queues the training of a stored run, after another job where one is named. */
export function queueTraining(
  { store, queue }: Session,
  runId: number,
  parameters: TrainParameters,
  afterJobId?: number,
) {
  const { name } = found(store.runs.get(runId), 'run', runId);
  return queue.enqueue({ kind: 'train', title: `Train ${name}`, runId, parameters, afterJobId });
}

/** Goes on from the last checkpoint, in a new job; with `device`, there from now on. */
export function resumeRun(session: Session, id: number, device?: Device): Run {
  const { name, status, config } = getRun(session, id);
  if (status === 'done') throw new UserError(`“${name}” is finished; there is nothing to resume.`);
  if (isUnderWay({ status })) throw new UserError(`“${name}” is ${status} already.`);
  return session.store.transaction(() => {
    if (device !== undefined) session.store.runs.setConfig(id, { ...config, device });
    queueTraining(session, id, { resume: true });
    return getRun(session, id);
  });
}

export function cancelRun(session: Session, id: number): Run {
  const { jobId } = getRun(session, id);
  if (jobId !== null) session.queue.cancel(jobId);
  return getRun(session, id);
}

export function renameRun(workplace: Workplace, id: number, name: string): Run {
  getRun(workplace, id);
  workplace.store.runs.rename(id, name);
  publishRun(workplace, id);
  return getRun(workplace, id);
}

/** With its history and checkpoints; the model that came of it stays. */
export async function deleteRun(workplace: Workplace, id: number): Promise<void> {
  const { store, files, publish } = workplace;
  const { name, status } = getRun(workplace, id);
  if (isUnderWay({ status })) throw new UserError(`“${name}” is ${status}. Cancel it before you delete it.`);
  store.runs.remove(id);
  publish({ type: 'removed', entity: 'run', id });
  await rm(files.run(id), { recursive: true, force: true });
}

export function runHistory(workplace: Workplace, id: number): RequestOutput<'runs.history'> {
  getRun(workplace, id);
  return { steps: workplace.store.steps.list(id), epochs: workplace.store.epochs.list(id) };
}

export function runPredictions(workplace: Workplace, input: ParsedInput<'runs.predictions'>) {
  const { id, offset, limit, ...filter } = input;
  getRun(workplace, id);
  return workplace.store.runPredictions.page(id, filter, offset, limit);
}
