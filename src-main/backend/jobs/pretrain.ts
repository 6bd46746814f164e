import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import { pretrainMetrics } from '../../contract/pretrainMetrics.ts';
import { ResolvedDevice } from '../../contract/values/run.ts';
import type { JobBehaviour } from '../../jobs/behaviour.ts';
import { publishModel, publishPretraining } from '../announce.ts';
import { getDataset } from '../datasets/datasets.ts';
import { deviceFor, inferenceDeviceFor } from '../hardware/devices.ts';
import { machine } from '../hardware/machine.ts';
import { lineageWords } from '../models/lineage.ts';
import { startFile, startModelId } from '../models/startingWeights.ts';
import { datasetThen, requireImages, specImages } from '../pretrainings/datasetThen.ts';
import { getPretraining } from '../pretrainings/pretrainings.ts';
import { workOf } from '../pretrainings/timings.ts';
import type { Workplace } from '../session.ts';
import { subject } from './subject.ts';

const TITLES = {
  segmentation: 'segmentation pre-training',
  classification: 'multi-label pre-training',
} as const;

export const PretrainParameters = z.object({ resume: z.boolean() });
export type PretrainParameters = z.infer<typeof PretrainParameters>;

export function pretrainBehaviour(workplace: Workplace): JobBehaviour<'pretrain'> {
  const { store, files, hardware, publish } = workplace;
  return {
    async spec(job) {
      const id = subject(job.pretrainingId);
      const pretraining = getPretraining(workplace, id);
      const { config } = pretraining;
      const device = await deviceFor(hardware, config.device);
      const validationDevice = await inferenceDeviceFor(hardware, device);
      if (device !== config.device) {
        // It stays on its device, also when it goes on after `auto` has come to stand for another one.
        store.pretrainings.setConfig(id, { ...config, device });
        publishPretraining(workplace, id);
      }
      // After those waits, which may be long, and at once: a refresh may change where the images lie.
      const dataset = getDataset(workplace, config.datasetId);
      const then = datasetThen(workplace, pretraining);
      const images = specImages(workplace, pretraining, then);
      await requireImages(workplace, pretraining, then);
      return {
        folder: files.pretraining(id),
        config: { ...config, device },
        validationDevice,
        root: dataset.root,
        classNames: then.classNames,
        ...images,
        initFile: startFile(workplace, config),
        dataset: { name: dataset.name, synthetic: dataset.synthetic },
        lineage: lineageWords(workplace, { what: TITLES[config.kind], ...pretraining }),
        resume: store.jobs.parameters(job.id, PretrainParameters).resume,
      };
    },
    event(job, event) {
      const pretrainingId = subject(job.pretrainingId);
      if (event.type === 'steps') {
        store.pretrainingSteps.putAll(pretrainingId, event.steps);
        publish({ type: 'pretrainingSteps', pretrainingId, steps: event.steps });
      } else if (event.type === 'retraced') {
        store.images.retrace(event);
      } else {
        store.validations.put(pretrainingId, event.validation);
        publish({ type: 'validation', pretrainingId, validation: event.validation });
        publishPretraining(workplace, pretrainingId);
      }
    },
    async finish(job, { result, card, onnx, safetensors }) {
      const pretraining = getPretraining(workplace, subject(job.pretrainingId));
      const { id, name, config } = pretraining;
      const then = datasetThen(workplace, pretraining);
      const initModelId = startModelId(config);
      const modelId =
        store.models.idOfPretraining(id) ??
        store.models.announce(name, { pretrainingId: id, initModelId, trainable: true });
      await mkdir(files.model(modelId), { recursive: true });
      await rename(onnx, files.modelFile(modelId, 'onnx'));
      await rename(safetensors, files.modelFile(modelId, 'safetensors'));
      const { size } = await stat(files.modelFile(modelId, 'safetensors'));
      const { validation, imagesPerSecond } = result;
      store.transaction(() => {
        store.pretrainings.setResult(id, result);
        store.models.finish(modelId, {
          card,
          bytes: size,
          testAccuracy: null,
          testN: null,
          validation: validation && {
            metric: pretrainMetrics[config.kind],
            value: validation.score,
            n: validation.n,
          },
        });
        if (imagesPerSecond > 0 && validation)
          store.pretrainingTimings.insert(machine(), {
            work: workOf(config, ResolvedDevice.parse(config.device), then.classNames, then),
            secondsPerIteration: (config.batchSize * config.accumulate) / imagesPerSecond,
            secondsPerValidationImage: validation.seconds / validation.n,
          });
      });
      publishModel(workplace, modelId);
    },
    /** The pictures stay. */
    cleanUp: (job) =>
      rm(files.pretrainingCheckpoints(subject(job.pretrainingId)), { recursive: true, force: true }),
  };
}
