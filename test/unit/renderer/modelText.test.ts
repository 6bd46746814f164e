import { expect, it } from 'vitest';
import type { Model } from '../../../src-main/contract/values/model.ts';
import type { Run } from '../../../src-main/contract/values/run.ts';
import { scoreRows } from '../../../src-renderer/models/modelRows.ts';
import { fileName, scoreText } from '../../../src-renderer/models/modelText.ts';

it.each([
  ['crc5 · ResNet-18 · seed 1', 'crc5-ResNet-18-seed-1.onnx'],
  ['../../etc/passwd', '..-..-etc-passwd.onnx'],
  ['Gewebe Größe', 'Gewebe-Größe.onnx'],
  ['···', 'model.onnx'],
])('suggests for the model “%s” the file %s', (name, file) => {
  expect(fileName({ name }, 'onnx')).toBe(file);
});

const unmeasured = { testAccuracy: null, testN: null, validation: null, runId: null, card: {} } as Model;
const stated = { dataset: 'crc5', n: 750, date: '2026-11-20', split: 'test' } as const;
const said = (statement: Model['card']['statement']): Model => ({
  ...unmeasured,
  card: { ...unmeasured.card, statement },
});
const result = { ...stated, accuracy: 0.814, macroF1: 0.8, rocAuc: null };
const imported = said({ believable: true, result });
const nothing = {
  model: () => undefined,
  run: () => undefined,
  pretraining: () => undefined,
  dataset: () => undefined,
};

it('says how good a model is, and whether only its file says so', () => {
  const own: Model = { ...unmeasured, testAccuracy: 0.9, testN: 20 };
  expect(scoreText(own)).toBe('accuracy 90.0 % (n = 20)');
  expect(scoreText(imported)).toBe('accuracy 81.4 % (n = 750), stated by its file');
  expect(scoreText(said({ believable: false, reason: 'it is damaged' }))).toBe('');
  expect(scoreText(unmeasured)).toBe('');
});

/** The rows that hold something. */
const filled = (...[model, known]: Parameters<typeof scoreRows>) =>
  scoreRows(model, known).filter(([, value]) => value !== '–');

it('tells the scores of a model row by row, and where they were measured', () => {
  const test = { n: 20, accuracy: 0.9, macroF1: 0.85, rocAuc: 0.987 };
  const run = { id: 4, result: { test } } as Run;
  const own: Model = { ...unmeasured, testAccuracy: 0.9, testN: 20, runId: 4 };
  expect(filled(own, { ...nothing, run: (id) => (id === 4 ? run : undefined) })).toEqual([
    ['Test accuracy', '90.0 % (n = 20)'],
    ['Macro-F1', '85.0 %'],
    ['ROC-AUC', '0.987'],
    ['Measured', 'in this workspace, on test patches'],
  ]);
  expect(filled(imported, nothing)).toEqual([
    ['Test accuracy', '81.4 % (n = 750)'],
    ['Macro-F1', '80.0 %'],
    ['Measured', 'stated by its file, not measured here: on test patches of crc5, 20 Nov 2026'],
  ]);
  expect(scoreRows(imported, nothing).map(([label]) => label)).toEqual(
    scoreRows(unmeasured, nothing).map(([label]) => label), // side by side they stand in one order
  );
  expect(filled(said({ believable: false, reason: 'it is damaged' }), nothing)).toEqual([
    ['Measured', 'what the file states is left out: it is damaged'],
  ]);
  expect(filled(unmeasured, nothing)).toEqual([['Measured', 'no']]);
  const pretrained: Model = { ...unmeasured, validation: { metric: 'mAP', value: 0.5, n: 30 } };
  expect(filled(pretrained, nothing)).toEqual([
    ['mAP', '50.0 % (n = 30)'],
    ['Measured', 'in this workspace, on validation images'],
  ]);
});
