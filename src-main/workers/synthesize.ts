import type { WorkerContext, WorkerTask } from '../contract/worker.ts';
import { RateMeter } from '../base/rate.ts';
import { writeSyntheticDataset } from '../data/synthetic/dataset.ts';
import { writeSyntheticSlide } from '../data/synthetic/slide.ts';
import { SYNTHETIC_MPP, TISSUES } from '../data/synthetic/tissues.ts';

/** Share of the whole work that the patches are. */
const PATCHES = 0.1;

/** Makes the synthetic dataset and slide: the same for the same seed. */
export const synthesizeTask: WorkerTask<'synthesize'> = async (spec, context) => {
  const classNames = TISSUES.map(({ name }) => name);
  context.event({ type: 'dataset', classNames, mpp: SYNTHETIC_MPP });
  const report = progressReporter(context);
  const patches = await writeSyntheticDataset({
    folder: spec.datasetFolder,
    seed: spec.seed,
    side: spec.patchSize,
    trainPerClass: spec.trainPerClass,
    testPerClass: spec.testPerClass,
    signal: context.signal,
    onProgress: (done) => report(done * PATCHES, 'Drawing synthetic patches'),
  });
  context.event({ type: 'patches', patches });

  const side = spec.slideSide;
  const levels = await writeSyntheticSlide(spec.slidePath, side, spec.seed, {
    signal: context.signal,
    onProgress: (done) => report(PATCHES + (1 - PATCHES) * done, 'Drawing the synthetic slide'),
  });
  context.event({
    type: 'slide',
    format: 'Tiled TIFF (synthetic)',
    width: side,
    height: side,
    mpp: SYNTHETIC_MPP,
    levels,
  });
  return {};
};

function progressReporter({ progress }: WorkerContext<'synthesize'>) {
  const meter = new RateMeter();
  return (fraction: number, message: string): void => {
    meter.update(fraction);
    progress({ fraction, message, rate: null, secondsLeft: meter.secondsLeft(1) });
  };
}
