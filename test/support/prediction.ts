import { writeFileSync } from 'node:fs';
import { Random } from '../../src-main/base/random.ts';
import type { ModelCard } from '../../src-main/contract/values/model.ts';
import type { WorkerEvent, WorkerSpec } from '../../src-main/contract/worker.ts';
import { inferenceModel } from '../../src-main/engines/onnx/export.ts';
import { initialise } from '../../src-main/graph/initialise.ts';
import { resnet } from '../../src-main/models/resnet.ts';
import { predictTask } from '../../src-main/workers/predict.ts';

/** Of the model that `writeTinyModel` writes. On a slide at 0.5 µm per pixel its patches are squares of 100 pixels. */
export const tinyCard: ModelCard = {
  kind: 'classifier',
  architecture: 'resnet18',
  width: 8,
  classNames: ['a', 'b', 'c'],
  imageSize: 32,
  patchSize: 50,
  mpp: 1,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  synthetic: true,
  dataset: 'test',
  seed: 1,
};

/** A network with random weights that is quick to run. */
export function writeTinyModel(file: string): void {
  const graph = resnet({ depth: 18, classes: 3, imageSize: 32, width: 8, stages: 2 });
  writeFileSync(file, inferenceModel(graph, initialise(graph, Random.from(4)), {}));
}

type Scores = Extract<WorkerEvent<'predict'>, { type: 'scores' }>;
type Grid = Extract<WorkerEvent<'predict'>, { type: 'grid' }>;

/** Runs the worker's task in this process and gathers what it tells. @param onScores called at each batch of scores */
export async function runPrediction(
  spec: WorkerSpec<'predict'>,
  onScores: (event: Scores) => void = () => {},
  signal = new AbortController().signal,
) {
  const grids: Grid[] = [];
  const scores: Scores[] = [];
  const fractions: number[] = [];
  const result = await predictTask(spec, {
    signal,
    progress: ({ fraction }) => fractions.push(fraction),
    event(event) {
      if (event.type === 'grid') grids.push(event);
      else {
        scores.push(event);
        onScores(event);
      }
    },
  });
  const patches = scores.flatMap((event) =>
    Array.from(event.columns, (column, i) => ({
      column,
      row: event.rows[i] ?? -1,
      scores: [...event.scores.subarray(i * 3, i * 3 + 3)],
    })),
  );
  return { result, grid: grids[0], scores, patches, fractions };
}
