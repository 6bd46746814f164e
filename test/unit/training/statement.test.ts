import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HeldOutResult } from '../../../src-main/contract/values/heldOut.ts';
import { resultMetadata, statementIn, today } from '../../../src-main/training/statement.ts';
import { bitFlips, truncations } from '../../support/damage.ts';

const classifier = { kind: 'classifier' } as const;
const test: HeldOutResult = {
  ...{ split: 'test', dataset: 'crc5', n: 750, date: '2026-11-20' },
  ...{ accuracy: 611 / 750, macroF1: 0.801, rocAuc: 0.953 },
};
const validation: HeldOutResult = {
  ...{ split: 'validation', dataset: 'VOC', n: 1449, date: '2026-11-20', metric: 'mIoU', value: 0.231 },
};

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-11-23T09:00:00Z'), toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** What a file says that has this text with the right checksum. */
function stating(text: string, kind: Parameters<typeof statementIn>[1]['kind'] = 'classifier') {
  const checksum = createHash('sha256').update(text).digest('hex');
  return statementIn({ held_out_result: text, held_out_result_sha256: checksum }, { kind });
}
const changed = (changes: object, kind: Parameters<typeof stating>[1] = 'classifier') =>
  stating(JSON.stringify({ ...test, ...changes }), kind);

describe('a result in a file', () => {
  it('is plain JSON, and comes back', () => {
    const metadata = resultMetadata(test);
    expect(JSON.parse(metadata['held_out_result'] ?? '')).toEqual(test);
    expect(statementIn(metadata, classifier)).toEqual({ believable: true, result: test });
    expect(statementIn(resultMetadata(validation), { kind: 'segmenter' })).toEqual({
      believable: true,
      result: validation,
    });
    expect(today()).toBe('2026-11-23');
  });

  it('is missing where nothing was measured, and in older files', () => {
    expect(resultMetadata(null)).toEqual({});
    expect(statementIn({ tessera: '{}', known_answer: '{}' }, classifier)).toBeUndefined();
  });

  it.each<[object, string]>([
    [{ accuracy: 1.2 }, 'it holds what cannot be: accuracy'],
    [{ accuracy: -0.1, macroF1: 7 }, 'it holds what cannot be: accuracy, macroF1'],
    [{ accuracy: '0.9' }, 'it holds what cannot be: accuracy'],
    [{ rocAuc: null, accuracy: null }, 'it holds what cannot be: accuracy'],
    [{ n: 0 }, 'it holds what cannot be: n'],
    [{ n: 12.5 }, 'it holds what cannot be: n'],
    [{ n: 1e300 }, 'it holds what cannot be: n'],
    [{ n: 3 }, 'no number of 3 patches makes this accuracy'],
    [{ date: '2026-13-40' }, 'it holds what cannot be: date'],
    [{ date: '2126-01-01' }, 'it is of the future (2126-01-01)'],
    [{ dataset: '' }, 'it holds what cannot be: dataset'],
    [{ dataset: 'a\u001b[2Jb' }, 'it holds what cannot be: dataset'],
    [{ dataset: 'x'.repeat(300) }, 'it holds what cannot be: dataset'],
    [{ split: 'train' }, 'it holds what cannot be: split'],
  ])('with %j is left out with the reason', (changes, reason) => {
    expect(changed(changes)).toEqual({ believable: false, reason });
  });

  it.each(['{', '', 'null', '[]', '3', '"good"', 'x'.repeat(5000), `{"n":${'9'.repeat(400)}}`])(
    'is left out where it is none: %s',
    (text) => {
      expect(stating(text)).toMatchObject({ believable: false });
    },
  );

  it('has to be of the kind that the model is', () => {
    expect(changed({}, 'segmenter')).toEqual({
      believable: false,
      reason: 'a segmenter is not measured by accuracy',
    });
    for (const kind of ['classifier', 'multilabel', 'backbone'] as const)
      expect(stating(JSON.stringify(validation), kind)).toMatchObject({ believable: false });
  });

  it('without ROC-AUC, of one class, is believed; so is one of tomorrow, where it is that already', () => {
    expect(changed({ rocAuc: null, date: '2026-11-24' })).toMatchObject({ believable: true });
  });

  it('is never believed once a bit of it has changed, and never a reason to stop', () => {
    const { held_out_result: text = '', held_out_result_sha256: checksum = '' } = resultMetadata(test);
    const damaged = [...bitFlips(Buffer.from(text), 300), ...truncations(Buffer.from(text), 50)];
    for (const bytes of damaged)
      expect(
        statementIn(
          { held_out_result: bytes.toString('latin1'), held_out_result_sha256: checksum },
          classifier,
        ),
      ).toEqual({ believable: false, reason: 'it is damaged' });
    expect(statementIn({ held_out_result: text }, classifier)).toMatchObject({ believable: false });
  });
});
