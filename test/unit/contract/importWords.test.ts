import { expect, it } from 'vitest';
import { checkWords, knownWords, statementWords } from '../../../src-main/contract/importWords.ts';
import type { Model } from '../../../src-main/contract/values/model.ts';

it('says what of an imported file was checked, and what was not', () => {
  expect(checkWords({ by: 'known answer', prefix: '' })).toBe(
    'names, shapes, values; its network gives the known answer that the file holds',
  );
  expect(checkWords({ by: 'trial', prefix: 'module.encoder_q.' })).toBe(
    'names, shapes, values; its network runs; there was no known answer to compare with; taken from its part “module.encoder_q.”',
  );
});

it('says where a model was there already', () => {
  const model = (trainable: boolean) => ({ name: 'crc5', trainable }) as Model;
  expect(knownWords(undefined, model(true))).toBeNull();
  expect(knownWords(model(true), model(true))).toBe('It is in the workspace already: “crc5”.');
  expect(knownWords(model(false), model(true))).toMatch(/“crc5”. Its weights are there now, too/);
});

it('says whose word a result is that came with a file', () => {
  const result = { dataset: 'VOC', n: 200, date: '2026-11-20', split: 'validation' } as const;
  expect(statementWords({ believable: true, result: { ...result, metric: 'mAP', value: 0.5 } })).toBe(
    'stated by its file, not measured here: on validation images of VOC, 20 Nov 2026',
  );
  expect(statementWords({ believable: false, reason: 'it is damaged' })).toBe(
    'what the file states is left out: it is damaged',
  );
});
