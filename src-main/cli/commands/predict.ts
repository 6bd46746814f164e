import path from 'node:path';
import { Command } from 'commander';
import type { Client } from '../../contract/requests.ts';
import type { Model } from '../../contract/values/model.ts';
import {
  STOPPED,
  execute,
  withCommonOptions,
  type CommonOptions,
  type Context,
  type Output,
} from '../command.ts';
import { modelCalled } from '../lookUp.ts';
import { numberOption } from '../numberOption.ts';
import { userPath } from '../paths.ts';
import { percent } from '../table.ts';
import { waitForJob } from '../waitForJob.ts';

interface PredictOptions extends CommonOptions {
  readonly model: string;
  readonly slide: string;
  readonly out: string;
  readonly mpp?: number;
}

export function predictCommand(): Command {
  return withCommonOptions(new Command('predict'))
    .description('classify the tissue of a slide and write QuPath GeoJSON, WSInfer CSV and a heat map')
    .requiredOption('--model <model>', 'name or number of a model, or an ONNX file that Tessera exported')
    .requiredOption('--slide <file>', 'the slide')
    .requiredOption('--out <folder>', 'where the files go')
    .addOption(
      numberOption('--mpp <number>', 'microns per pixel of the slide, where the file does not say it'),
    )
    .action((options: PredictOptions) => execute(options, true, (context) => predict(context, options)));
}

async function predict(context: Context, options: PredictOptions): Promise<Output> {
  const { client } = context;
  const model = await modelFrom(client, options.model);
  const slide = await client('slides.open', { path: userPath(options.slide) });
  if (options.mpp !== undefined) await client('slides.setMpp', { id: slide.id, mpp: options.mpp });
  const { id, jobId } = await client('predictions.start', { slideId: slide.id, modelId: model.id });
  const { status } = jobId === null ? { status: 'cancelled' } : await waitForJob(context, jobId);
  if (status === 'cancelled')
    return {
      json: { predictionId: id, status },
      text: 'Stopped; what is classified is kept.',
      exitCode: STOPPED,
    };

  const { job, files } = await client('predictions.export', {
    id,
    folder: userPath(options.out),
    formats: ['geojson', 'csv', 'png'],
  });
  await waitForJob(context, job.id);
  const { patches, unreadable, patchesPerSecond, tissueFraction, seconds } = await client('predictions.get', {
    id,
  });
  return {
    json: {
      predictionId: id,
      model: model.name,
      patches,
      unreadable,
      patchesPerSecond,
      tissueFraction,
      seconds,
      files,
    },
    text: [
      `${patches} patches on tissue (${percent(tissueFraction)} of the slide), ${patchesPerSecond?.toFixed(0)} patches/s.`,
      ...(unreadable ? [`${unreadable.patches} of them could not be read: ${unreadable.reason}.`] : []),
      ...Object.values(files),
    ].join('\n'),
  };
}

async function modelFrom(client: Client, called: string): Promise<Model> {
  if (path.extname(called).toLowerCase() !== '.onnx') return modelCalled(client, called);
  return client('models.import', { path: userPath(called) });
}
