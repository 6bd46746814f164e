import { statementWords } from '../../src-main/contract/importWords.ts';
import { modelScore, statedResult, type ModelScore } from '../../src-main/contract/modelScore.ts';
import type { Model } from '../../src-main/contract/values/model.ts';
import { settingsOf as pretrainSettings } from '../pretrain/settings.ts';
import { settingsOf as runSettings } from '../runs/settings.ts';
import { accuracy, bytes, count, dateTime, percent } from '../ui/format.ts';
import { NONE, type Rows } from '../ui/comparison.ts';
import type { Known } from './lineage.ts';
import { lineageOf, lineageText } from './lineage.ts';
import { architectureName, KINDS } from './modelText.ts';

/** How good a model is: as it was measured in this workspace, else as its file states it; and which of the two. */
export function scoreRows(model: Model, known: Known): Rows {
  const score = modelScore(model);
  const stated = statedResult(model);
  const test = stated?.split === 'test' ? stated : known.run(model.runId)?.result?.test;
  const by = (metric: ModelScore['metric']) =>
    score?.metric === metric ? accuracy(score.value, score.n) : NONE;
  return [
    ['Test accuracy', by('accuracy')],
    ['Macro-F1', percent(test?.macroF1)],
    ['ROC-AUC', test?.rocAuc?.toFixed(3) ?? NONE],
    ['mIoU', by('mIoU')],
    ['mAP', by('mAP')],
    ['Measured', whereMeasured(model)],
  ];
}

function whereMeasured(model: Model): string {
  const { statement } = model.card;
  if (modelScore(model)?.stated === false)
    return `in this workspace, on ${model.validation ? 'validation images' : 'test patches'}`;
  return statement ? statementWords(statement) : 'no';
}

/** What a model is and how good it is, for a comparison. */
export function resultRows(model: Model, known: Known): Rows {
  const { card } = model;
  return [
    ['Kind', KINDS[card.kind].one],
    ['Network', architectureName(model)],
    ...scoreRows(model, known),
    ['Classes', card.classNames.length === 0 ? '–' : count(card.classNames.length)],
    ['Size', bytes(model.bytes)],
    ['Made', dateTime(model.createdAt)],
  ];
}

/** Where a model comes from: one step back is the training that made it. */
export function lineageRows(model: Model, known: Known): Rows {
  const steps = lineageOf(model, known).filter(({ what }) => what !== 'model');
  return steps.map((step, index) => [`Step ${index + 1} back`, lineageText([step])]);
}

/** The settings of the training that made a model; none where it was imported, or its training deleted. */
export function settingRows(model: Model, known: Known): Rows {
  const begun = model.init?.name;
  const run = known.run(model.runId);
  if (run) return runSettings(run, begun);
  const pretraining = known.pretraining(model.pretrainingId);
  return pretraining ? pretrainSettings(pretraining, begun).slice(1) : [];
}
