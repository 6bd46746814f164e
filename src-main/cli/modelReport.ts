import { checkWords, statementWords } from '../contract/importWords.ts';
import { modelScore, statedResult } from '../contract/modelScore.ts';
import type { Model } from '../contract/values/model.ts';
import { percent } from './table.ts';

/** What `model show` prints of a model, a fact a line. */
export function modelReport(model: Model): string {
  const { id, name, card, source, init, bytes } = model;
  const { architecture, width, classNames, dataset, seed, lineage = [], checked, statement } = card;
  const outputs = classNames.length > 0 ? [`Classes: ${classNames.join(', ')}`] : [];
  return [
    `Model ${id}: ${name}: ${card.kind}, ${architecture} width ${width}, images of ${card.imageSize} px, ${bytes} bytes`,
    ...outputs,
    `Trained on ${dataset} (seed ${seed})${card.synthetic ? ', synthetic' : ''}`,
    ...(init ? [`Begun from ${init.name}`] : []),
    ...lineage.map((words) => `  ← ${words}`),
    ...(source === null ? [] : [`Imported from ${source}`]),
    ...(checked ? [`Checked: ${checkWords(checked)}`] : []),
    ...scoreLines(model),
    ...(statement ? [`Result: ${statementWords(statement)}`] : []),
  ].join('\n');
}

function scoreLines(model: Model): string[] {
  const score = modelScore(model);
  if (!score) return ['Not measured.'];
  const line = `${score.metric} ${percent(score.value)} (n = ${score.n ?? '–'})`;
  const stated = statedResult(model);
  if (stated?.split !== 'test') return [line];
  const { macroF1, rocAuc } = stated;
  return [`${line}, macro-F1 ${macroF1.toFixed(3)}, ROC-AUC ${rocAuc?.toFixed(3) ?? '–'}`];
}
