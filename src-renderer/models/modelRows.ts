import type { Model } from '../../src-main/contract/values/model.ts';
import { settingsOf as pretrainSettings } from '../pretrain/settings.ts';
import { settingsOf as runSettings } from '../runs/settings.ts';
import { accuracy, bytes, count, dateTime, percent } from '../ui/format.ts';
import type { Rows } from '../ui/comparison.ts';
import type { Known } from './lineage.ts';
import { lineageOf, lineageText } from './lineage.ts';
import { architectureName, KINDS } from './modelText.ts';

/** What a model is and how good it was, for a comparison. */
export function resultRows(model: Model, known: Known): Rows {
  const { card, validation } = model;
  const result = known.run(model.runId)?.result;
  return [
    ['Kind', KINDS[card.kind].one],
    ['Network', architectureName(model)],
    ['Test accuracy', accuracy(model.testAccuracy, model.testN)],
    ['Macro-F1', percent(result?.test?.macroF1)],
    ['mIoU', validation?.metric === 'mIoU' ? accuracy(validation.value, validation.n) : '–'],
    ['mAP', validation?.metric === 'mAP' ? accuracy(validation.value, validation.n) : '–'],
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
