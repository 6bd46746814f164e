import { pretrainMetrics } from '../contract/pretrainMetrics.ts';
import type { Pretraining } from '../contract/values/pretraining.ts';
import { STOPPED, type Output } from './command.ts';
import { percent } from './table.ts';

/** What `pretrain` and its subcommands print of a pre-training. */
export function pretrainReport(pretraining: Pretraining, workspace: string): Output {
  const { id, name, status, error, modelId, config, classNames, iterationsDone, result } = pretraining;
  const json = {
    ...{ pretrainingId: id, name, status, error, modelId, kind: config.kind, seed: config.seed },
    ...{ iterations: iterationsDone, classNames },
    loss: pretraining.latest?.loss ?? null,
    validation: result?.validation ?? pretraining.latestValidation,
    checkpoint: result && { kind: result.checkpoint, iteration: result.iteration },
    hints: result?.hints ?? [],
    counts: result?.counts ?? null,
    device: result?.device ?? null,
    seconds: result?.seconds ?? null,
    imagesPerSecond: result?.imagesPerSecond ?? null,
    waitFraction: result?.waitFraction ?? null,
  };
  const text = lines(pretraining, workspace).join('\n');
  return { json, text, exitCode: status === 'cancelled' ? STOPPED : 0 };
}

function lines(pretraining: Pretraining, workspace: string): string[] {
  const { id, name, status, config, iterationsDone, result, error } = pretraining;
  const head = `Pre-training ${id}: ${name}: ${status}, ${iterationsDone} of ${config.iterations} iterations`;
  if (result) return [head, ...results(pretraining)];
  const resumable = status === 'cancelled' || status === 'failed' || status === 'interrupted';
  return [
    head,
    ...(error ? [error] : []),
    ...(resumable ? [`To go on: ${resumePretrainCommand(id, workspace)}`] : []),
  ];
}

export const resumePretrainCommand = (id: number, workspace: string): string =>
  `npm run -s tessera -- pretraining resume ${id} --workspace ${workspace}`;

function results({ config, classNames, result, modelId }: Pretraining): string[] {
  if (!result) return [];
  const { validation, hints, seconds, imagesPerSecond, device, iteration } = result;
  const perClass = classNames.map((name, i) => `${name} ${percent(validation?.perClass[i]) ?? '–'}`);
  return [
    validation
      ? `${pretrainMetrics[config.kind]} ${percent(validation.score)} on ${validation.n} images after iteration ${iteration} (loss ${validation.loss.toFixed(3)})`
      : 'No validation images.',
    ...(validation ? [perClass.join(', ')] : []),
    `${seconds.toFixed(0)} s, ${imagesPerSecond.toFixed(1)} images/s on ${device}; model ${modelId}`,
    ...hints,
  ];
}
