import path from 'node:path';
import type { RequestOutput } from '../../contract/requests.ts';
import type { SynthesizeParameters } from '../jobs/synthesize.ts';
import { queueExport } from '../predictions/exportFiles.ts';
import { plannedFiles } from '../predictions/exportName.ts';
import { queuePrediction } from '../predictions/predictions.ts';
import { queueTraining } from '../runs/runs.ts';
import { runName } from '../runs/words.ts';
import type { Session } from '../session.ts';
import { demoConfig, demoData } from './demoConfig.ts';

/**
 * Stores every row of the demo and queues its jobs, each after the one before: synthetic patches and slide, training,
 * classification of the slide, exports. The slide and the model are announced now and show up when they are there.
 */
export function startDemo(session: Session): RequestOutput<'demo.start'> {
  const { store, files, queue } = session;
  return store.transaction(() => {
    const datasetId = announceDataset(session);
    const slideFile = `synthetic-${datasetId}.tif`;
    const slideId = store.slides.announce(slideFile, files.slide(slideFile), true);
    const config = demoConfig(datasetId);
    const name = runName(`Demo ${datasetId}`, config);
    const runId = store.runs.insert(name, config);
    const modelId = store.models.announce(name, { runId, trainable: true });
    const predictionId = store.predictions.insert(slideId, modelId, {
      modelName: name,
      classNames: [],
      synthetic: true,
    });

    const parameters: SynthesizeParameters = { ...demoData, slideId, slideFile };
    const title = 'Make synthetic tissue';
    const made = queue.enqueue({ kind: 'synthesize', title, datasetId, parameters });
    const trained = queueTraining(session, runId, { resume: false }, made.id);
    const classified = queuePrediction(session, predictionId, slideFile, trained.id);
    const folder = files.exports(`demo-${datasetId}`);
    const exported = plannedFiles(folder, path.parse(slideFile).name, ['geojson', 'csv', 'png']) as Required<
      ReturnType<typeof plannedFiles>
    >;
    const last = queueExport(
      session,
      predictionId,
      slideFile,
      { files: exported, classIndex: null },
      classified.id,
    );
    return {
      datasetId,
      runId,
      slideId,
      predictionId,
      lastJobId: last.id,
      files: { onnx: files.modelFile(modelId, 'onnx'), ...exported },
    };
  });
}

function announceDataset({ store, files }: Session): number {
  const id = store.datasets.insert({ name: 'Demo', layout: 'synthetic', root: '.', source: '.', mpp: null });
  store.datasets.rename(id, `Demo ${id} (synthetic)`);
  store.datasets.setPlace(id, files.dataset(id));
  return id;
}
