import { readdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { createPatchLoader } from '../../data/patchLoader.ts';
import { IMAGENET_MEAN, IMAGENET_STD } from '../../training/normalisation.ts';
import { prefetch } from '../../training/prefetch.ts';
import type { MeasuringTask } from './measurement.ts';
import type { Workload } from './workload.ts';

/** As the trainer asks for them. */
const BATCHES_UNDER_WAY = 2;

/** Reads, decodes, augments and normalises the folder's images again and again; a step takes `batches` batches. */
export function openPipeline({ work, threads, batches, patches }: MeasuringTask): Workload {
  if (patches === null) throw new Error('The pipeline needs patches.');
  const { folder, augmentation: settings } = patches;
  const { batchSize, imageSize } = work;
  const files = readdirSync(folder).map((name) => path.join(folder, name));
  const loader = createPatchLoader({
    imageSize,
    mean: IMAGENET_MEAN,
    std: IMAGENET_STD,
    threads,
    cacheBytes: 0, // so that every image is decoded
  });
  const loads = function* () {
    for (let next = 0; ; next += batchSize) {
      const seeds = Array.from({ length: batchSize }, (_, i) => next + i);
      const paths = seeds.map((i) => files[i % files.length] ?? '');
      yield () => loader.load({ paths, augment: { settings, seeds } });
    }
  };
  const loaded = prefetch(loads(), BATCHES_UNDER_WAY);
  return {
    name: 'sharp',
    version: sharp.versions.sharp ?? '',
    async step() {
      for (let i = 0; i < batches; i++) await loaded.next();
    },
    close: () => loader.dispose(),
  };
}
