import { UserError } from '../../base/errors.ts';
import type { PretrainConfig, PretrainEstimate } from '../../contract/values/pretraining.ts';
import { checkDevice, deviceFor } from '../hardware/devices.ts';
import { machine } from '../hardware/machine.ts';
import { getDataset } from '../datasets/datasets.ts';
import { counted, networkName, roughly } from '../runs/words.ts';
import type { Workplace } from '../session.ts';
import { pretrainImages, type PretrainImages } from './images.ts';
import { pretrainProblem } from './problem.ts';
import { expectation, totalSeconds, workOf } from './timings.ts';

/** What a pre-training of this configuration would do and how long it would take. @param measure take a few steps where needed */
export async function estimatePretraining(
  workplace: Workplace,
  config: PretrainConfig,
  measure: boolean,
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
  const work = workOf(
    config,
    device,
    dataset.classes.map(({ name }) => name),
    images,
  );
  const known = () => expectation(work, store.pretrainingTimings.ofMachine(machine()));
  let busy = false;
  if (measure && known()?.basis !== 'measured') {
    busy = store.jobs.running().length > 0;
    const timing = await time(workplace, { ...config, device }, images);
    store.pretrainingTimings.insert(machine(), { work, ...timing });
  }
  const expected = known();
  const seconds = expected && totalSeconds(config, counts.val, expected);
  const basis = expected?.basis ?? null;
  return { counts, seconds, basis, sentence: sentence(what, seconds, basis, busy), problem: null };
}

function headline(config: PretrainConfig): string {
  const network = networkName(config);
  return config.kind === 'segmentation'
    ? `Trains DeepLabV2 with ${network} for ${counted(config.iterations, 'iteration', 'iterations')}`
    : `Trains a multi-label ${network} for ${counted(config.iterations, 'iteration', 'iterations')}`;
}

function sentence(
  what: string,
  seconds: number | null,
  basis: PretrainEstimate['basis'],
  busy: boolean,
): string {
  if (seconds === null) return `${what}. How long that takes is known once a few steps of it were measured.`;
  const from =
    basis === 'measured'
      ? `measured on real steps of this network on this computer${busy ? ', beside another job, so rather too long' : ''}`
      : 'reckoned from the most alike that was measured on this computer; measure it to know better';
  return `${what}; ${roughly(seconds)} on this computer (${from}).`;
}

/** Takes a few real steps in a process of its own. */
async function time(workplace: Workplace, config: PretrainConfig, { train, val }: PretrainImages) {
  const { host, hardware } = workplace;
  const dataset = getDataset(workplace, config.datasetId);
  const { autoInference } = await hardware.get();
  const spec = {
    config,
    validationDevice:
      config.device === 'tensorflow' || config.device === 'auto' ? autoInference : config.device,
    root: dataset.root,
    classNames: dataset.classes.map(({ name }) => name),
    train: [...train],
    val: [...val],
  };
  const worker = host.start('timePretraining', spec, { progress: () => {}, event: () => {} });
  const outcome = await worker.outcome;
  if (outcome.type === 'done') return outcome.result;
  if (outcome.type === 'failed') throw new UserError(outcome.message, outcome.details);
  throw new UserError('The measurement was stopped.');
}
