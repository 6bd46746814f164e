import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../base/errors.ts';
import { counted } from '../../base/words.ts';
import type { Job } from '../../contract/values/job.ts';
import { PretrainConfig, type PretrainEstimate } from '../../contract/values/pretraining.ts';
import { checkDevice, deviceFor } from '../hardware/devices.ts';
import { machine } from '../hardware/machine.ts';
import { getDataset } from '../datasets/datasets.ts';
import { networkName, roughly } from '../runs/words.ts';
import type { Session, Workplace } from '../session.ts';
import { pretrainImages } from './images.ts';
import { pretrainProblem } from './problem.ts';
import { expectation, totalSeconds, workOf } from './timings.ts';

/** What a pre-training of this configuration would do and how long it would take. */
export async function estimatePretraining(
  workplace: Workplace,
  config: PretrainConfig,
): Promise<PretrainEstimate> {
  const { store, hardware } = workplace;
  const dataset = getDataset(workplace, config.datasetId);
  const images = pretrainImages(workplace, config, dataset.revision);
  const counts = { train: images.train.length, val: images.val.length };
  const what = `${headline(config)} on ${counted(counts.train, 'image', 'images')}`;
  const problem =
    pretrainProblem(workplace, dataset, config, images) ??
    (await checkDevice(hardware, config.device).then(
      () => null,
      (error: unknown) => {
        if (error instanceof UserError) return error.message;
        throw error;
      },
    ));
  if (problem !== null) return { counts, seconds: null, basis: null, sentence: `${what}.`, problem };

  const device = await deviceFor(hardware, config.device);
  const classNames = dataset.classes.map(({ name }) => name);
  const timings = store.pretrainingTimings.ofMachine(machine());
  const expected = expectation(workOf(config, device, classNames, images), timings);
  const seconds = expected && totalSeconds(config, counts.val, expected);
  const basis = expected?.basis ?? null;
  return { counts, seconds, basis, sentence: sentence(what, seconds, basis), problem: null };
}

/** Queues the measurement of a pre-training; one that waits or runs already is that one. @throws UserError where it could not begin */
export async function measurePretraining(session: Session, config: PretrainConfig): Promise<Job> {
  const { problem } = await estimatePretraining(session, config);
  if (problem !== null) throw new UserError(problem);
  const { jobs } = session.store;
  const same = jobs
    .active()
    .filter(({ kind }) => kind === 'timePretraining')
    .find(({ id }) => isDeepStrictEqual(jobs.parameters(id, PretrainConfig), config));
  return (
    same ??
    session.queue.enqueue({ kind: 'timePretraining', title: 'Measure a pre-training', parameters: config })
  );
}

function headline(config: PretrainConfig): string {
  const network = networkName(config);
  return config.kind === 'segmentation'
    ? `Trains DeepLabV2 with ${network} for ${counted(config.iterations, 'iteration', 'iterations')}`
    : `Trains a multi-label ${network} for ${counted(config.iterations, 'iteration', 'iterations')}`;
}

function sentence(what: string, seconds: number | null, basis: PretrainEstimate['basis']): string {
  if (seconds === null) return `${what}. How long that takes is known once a few steps of it were measured.`;
  const from =
    basis === 'measured'
      ? 'measured on real steps of this network'
      : 'reckoned from the most alike that was measured on this computer; measure it to know better';
  return `${what}; ${roughly(seconds)} on this computer (${from}).`;
}
