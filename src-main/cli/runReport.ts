import type { Run } from '../contract/values/run.ts';
import { STOPPED, type Output } from './command.ts';
import { percent } from './table.ts';

/** What `train`, `run resume` and `run show` print of a run. */
export function runReport(run: Run, workspace: string): Output {
  const { id, status, config, result, error } = run;
  const json = {
    runId: id,
    name: run.name,
    status,
    error,
    modelId: run.modelId,
    seed: config.seed,
    epochs: run.epochsDone,
    test: result?.test ?? null,
    validation: result?.validation ?? null,
    baseline: result?.baseline ?? null,
    hints: result?.hints ?? [],
    counts: result?.counts ?? null,
    device: result?.device ?? null,
    seconds: result?.seconds ?? null,
    imagesPerSecond: result?.imagesPerSecond ?? null,
    waitFraction: result?.waitFraction ?? null,
  };
  return { json, text: lines(run, workspace).join('\n'), exitCode: status === 'cancelled' ? STOPPED : 0 };
}

function lines(run: Run, workspace: string): string[] {
  const { id, name, status, config, result, error } = run;
  const head = `Run ${id}: ${name}: ${status}, ${run.epochsDone} of ${config.epochs} epochs`;
  if (result) return [head, ...results(run)];
  const resumable = status === 'cancelled' || status === 'failed' || status === 'interrupted';
  return [head, ...(error ? [error] : []), ...(resumable ? [howToResume(run, workspace)] : [])];
}

/** The command that goes on with a run; and where that may have been the trouble, how to do without its device. */
export function howToResume({ id, config }: Run, workspace: string): string {
  const command = `npm run -s tessera -- run resume ${id} --workspace ${workspace}`;
  const onCpu = config.device === 'cpu' ? '' : `; or with the processor: ${command} --device cpu`;
  return `To go on: ${command}${onCpu}`;
}

function results({ result, modelId }: Run): string[] {
  if (!result) return [];
  const { test, baseline, hints, seconds, imagesPerSecond, device } = result;
  return [
    test
      ? `Test accuracy ${percent(test.accuracy)} (n = ${test.n}), macro-F1 ${test.macroF1.toFixed(3)}`
      : 'No test patches.',
    ...(baseline ? [`Colour alone (${baseline.name}): ${percent(baseline.accuracy)}`] : []),
    `${seconds.toFixed(0)} s, ${imagesPerSecond.toFixed(1)} images/s on ${device}; model ${modelId}`,
    ...hints,
  ];
}
