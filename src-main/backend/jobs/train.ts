import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { JobBehaviour } from '../../jobs/behaviour.ts';
import { publishModel, publishRun } from '../announce.ts';
import { requireUnchanged } from '../datasets/requireUnchanged.ts';
import { deviceFor } from '../hardware/devices.ts';
import { machine } from '../hardware/machine.ts';
import { lineageWords } from '../models/lineage.ts';
import { startFile, startModelId } from '../models/startingWeights.ts';
import { found } from '../problems.ts';
import { ensureDrawn } from '../runs/draw.ts';
import { specPatches } from '../runs/specPatches.ts';
import type { Workplace } from '../session.ts';
import { subject } from './subject.ts';

export const TrainParameters = z.object({ resume: z.boolean() });
export type TrainParameters = z.infer<typeof TrainParameters>;

export function trainBehaviour(workplace: Workplace): JobBehaviour<'train'> {
  const { store, files, publish } = workplace;

  return {
    async spec(job) {
      const id = subject(job.runId);
      ensureDrawn(workplace, id);
      const { config } = found(store.runs.get(id), 'run', id);
      const device = await deviceFor(workplace.hardware, config.device);
      // All of it after that wait, which may be long, and at once: a refresh may change where the patches lie.
      store.runs.setMachine(id, machine());
      if (device !== config.device) {
        // A run stays on its device, also when it goes on after `auto` has come to stand for another one.
        store.runs.setConfig(id, { ...config, device });
        publishRun(workplace, id);
      }
      const run = found(store.runs.get(id), 'run', id);
      const dataset = found(store.datasets.get(config.datasetId), 'dataset', config.datasetId);
      const { train, val, test } = store.runPatches.list(id);
      await requireUnchanged(dataset.root, store.runPatches.unsure(id), `“${run.name}”`);
      return {
        folder: files.run(id),
        config: { ...config, device },
        root: dataset.root,
        classNames: run.classNames,
        train: specPatches(dataset.root, train),
        val: specPatches(dataset.root, val),
        test: specPatches(dataset.root, test),
        initFile: startFile(workplace, config),
        dataset: {
          name: dataset.name,
          mpp: dataset.mpp,
          synthetic: dataset.synthetic,
          patchSize: store.runPatches.side(id) ?? config.imageSize,
        },
        lineage: lineageWords(workplace, { what: 'training', ...run }),
        resume: store.jobs.parameters(job.id, TrainParameters).resume,
      };
    },
    event(job, event) {
      const runId = subject(job.runId);
      if (event.type === 'steps') {
        store.steps.putAll(runId, event.steps);
        publish({ type: 'steps', runId, steps: event.steps });
      } else if (event.type === 'epoch') {
        store.epochs.put(runId, event.epoch);
        publish({ type: 'epoch', runId, epoch: event.epoch });
        publishRun(workplace, runId);
      } else if (event.type === 'retraced') {
        store.patches.retrace(event.items);
      } else {
        store.runPredictions.putAll(runId, event);
      }
    },
    async finish(job, { result, card, onnx, safetensors }) {
      const run = found(store.runs.get(subject(job.runId)), 'run', subject(job.runId));
      const origin = { runId: run.id, initModelId: startModelId(run.config), trainable: true };
      const modelId = store.models.idOfRun(run.id) ?? store.models.announce(run.name, origin);
      await mkdir(files.model(modelId), { recursive: true });
      await rename(onnx, files.modelFile(modelId, 'onnx'));
      await rename(safetensors, files.modelFile(modelId, 'safetensors'));
      const { size } = await stat(files.modelFile(modelId, 'onnx'));
      store.transaction(() => {
        store.runs.setResult(run.id, result);
        store.models.finish(modelId, {
          card,
          bytes: size,
          testAccuracy: result.test?.accuracy ?? null,
          testN: result.test?.n ?? null,
        });
      });
      publishModel(workplace, modelId);
    },
    cleanUp: (job) => rm(files.run(subject(job.runId)), { recursive: true, force: true }),
  };
}
