import { rm } from 'node:fs/promises';
import { UserError } from '../../base/errors.ts';
import type { ParsedInput, RequestOutput } from '../../contract/requests.ts';
import { isUnderWay } from '../../contract/underWay.ts';
import type { PretrainConfig, Pretraining } from '../../contract/values/pretraining.ts';
import type { Device } from '../../contract/values/run.ts';
import { learntClasses } from '../../data/voc/learntClasses.ts';
import { publishPretraining } from '../announce.ts';
import { getDataset } from '../datasets/datasets.ts';
import type { PretrainParameters } from '../jobs/pretrain.ts';
import { found } from '../problems.ts';
import { networkName } from '../runs/words.ts';
import type { Session, Workplace } from '../session.ts';
import { pretrainImages } from './images.ts';
import { pretrainProblem } from './problem.ts';

export function getPretraining({ store }: Workplace, id: number): Pretraining {
  return found(store.pretrainings.get(id), 'pre-training', id);
}

/** Stores a pre-training and queues its job. @throws UserError when it cannot start */
export function createPretraining(
  session: Session,
  { name, config }: ParsedInput<'pretrainings.create'>,
): Pretraining {
  const { store } = session;
  const dataset = getDataset(session, config.datasetId);
  const problem = pretrainProblem(
    session,
    dataset,
    config,
    pretrainImages(session, config, dataset.revision),
  );
  if (problem !== null) throw new UserError(problem);
  const classNames = learntClasses(
    config.kind,
    dataset.classes.map((each) => each.name),
  );
  return store.transaction(() => {
    const id = store.pretrainings.insert(name ?? pretrainingName(dataset.name, config), config, classNames);
    queuePretraining(session, id, { resume: false });
    return getPretraining(session, id);
  });
}

/** e.g. "VOC · segmentation · ResNet-34 · 40000 iterations · seed 1". */
function pretrainingName(datasetName: string, config: PretrainConfig): string {
  const { kind, iterations, seed } = config;
  return [datasetName, kind, networkName(config), `${iterations} iterations`, `seed ${seed}`].join(' · ');
}

function queuePretraining(session: Session, id: number, parameters: PretrainParameters) {
  const { name } = getPretraining(session, id);
  return session.queue.enqueue({
    kind: 'pretrain',
    title: `Pre-train ${name}`,
    pretrainingId: id,
    parameters,
  });
}

/** Goes on from the last checkpoint, in a new job. */
export function resumePretraining(session: Session, id: number, device?: Device): Pretraining {
  const { name, status, config } = getPretraining(session, id);
  if (status === 'done') throw new UserError(`“${name}” is finished; there is nothing to resume.`);
  if (isUnderWay({ status })) throw new UserError(`“${name}” is ${status} already.`);
  return session.store.transaction(() => {
    if (device !== undefined) session.store.pretrainings.setConfig(id, { ...config, device });
    queuePretraining(session, id, { resume: true });
    return getPretraining(session, id);
  });
}

export function cancelPretraining(session: Session, id: number): Pretraining {
  const { jobId } = getPretraining(session, id);
  if (jobId !== null) session.queue.cancel(jobId);
  return getPretraining(session, id);
}

export function renamePretraining(workplace: Workplace, id: number, name: string): Pretraining {
  getPretraining(workplace, id);
  workplace.store.pretrainings.rename(id, name);
  publishPretraining(workplace, id);
  return getPretraining(workplace, id);
}

/** With its history, pictures and checkpoints; the model that came of it stays. */
export async function deletePretraining(workplace: Workplace, id: number): Promise<void> {
  const { store, files, publish } = workplace;
  const { name, status } = getPretraining(workplace, id);
  if (isUnderWay({ status })) throw new UserError(`“${name}” is ${status}. Cancel it before you delete it.`);
  store.pretrainings.remove(id);
  publish({ type: 'removed', entity: 'pretraining', id });
  await rm(files.pretraining(id), { recursive: true, force: true });
}

export function pretrainingHistory(workplace: Workplace, id: number): RequestOutput<'pretrainings.history'> {
  const { store } = workplace;
  getPretraining(workplace, id);
  return { steps: store.pretrainingSteps.list(id), validations: store.validations.list(id) };
}
