import { FORWARD_SHARE } from '../../base/forwardShare.ts';
import type { BenchRow } from '../../contract/values/hardware.ts';
import { Architecture, type RunConfig, type Run } from '../../contract/values/run.ts';

/** Training speed that was measured on this machine. */
export interface Measurement {
  readonly architecture: Architecture;
  readonly width: number;
  readonly imageSize: number;
  readonly imagesPerSecond: number;
}

type Network = Pick<RunConfig, 'architecture' | 'width' | 'imageSize'>;

/** Multiply-adds at 224 px (He et al. 2016, table 1), in 10^9. */
export const multiplyAdds: Record<Architecture, number> = { resnet18: 1.8, resnet34: 3.6, resnet50: 3.8 };

/** Relative work per image: it grows with the square of the width and of the image's side. */
const work = ({ architecture, width, imageSize }: Network): number =>
  multiplyAdds[architecture] * width ** 2 * imageSize ** 2;

/**
 * Seconds that a run will take, from the measurement whose network is the most alike, scaled by the work per image.
 * null: nothing was measured.
 */
export function estimateSeconds(
  config: RunConfig,
  counts: { train: number; val: number; test: number },
  measurements: readonly Measurement[],
): number | null {
  const distance = (measured: Measurement) => Math.abs(Math.log(work(measured) / work(config)));
  const nearest = measurements.toSorted((a, b) => distance(a) - distance(b))[0];
  if (!nearest) return null;
  const perSecond = nearest.imagesPerSecond * (work(nearest) / work(config));
  const images = config.epochs * (counts.train + counts.val * FORWARD_SHARE) + counts.test * FORWARD_SHARE;
  return images / perSecond;
}

/** What earlier runs and the last benchmark say, the newest first. */
export function measurementsOf(runs: readonly Run[], bench: readonly BenchRow[]): Measurement[] {
  const fromRuns = runs.flatMap(({ config, latest }) =>
    latest ? [{ ...config, imagesPerSecond: latest.imagesPerSecond }] : [],
  );
  return [...fromRuns, ...bench.flatMap(fromBench)];
}

/** From a row such as "training resnet34 96 px batch 16". */
function fromBench({ work: words, ours }: BenchRow): Measurement[] {
  const match = /^training (\w+) (\d+) px/.exec(words);
  const architecture = Architecture.safeParse(match?.[1]);
  if (!match || !architecture.success) return [];
  const { imagesPerSecond } = ours;
  return [{ architecture: architecture.data, width: 64, imageSize: Number(match[2]), imagesPerSecond }];
}
