import { describe, expect, it } from 'vitest';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import type { EpochRow, Run } from '../../../src-main/contract/values/run.ts';
import { nearestValue } from '../../../src-renderer/charts/line.ts';
import { append } from '../../../src-renderer/runs/append.ts';
import { accuracyLines, bestMarks, lossLines } from '../../../src-renderer/runs/curveLines.ts';
import { cellOf } from '../../../src-renderer/runs/cell.ts';

const byStep = (row: { step: number }) => row.step;
const rows = (...steps: number[]) => steps.map((step) => ({ step }));

describe('rows that arrive while a run goes on', () => {
  it('are added at the end', () => {
    expect(append(rows(1, 2), rows(3, 4), byStep)).toEqual(rows(1, 2, 3, 4));
  });

  it('replace the steps that a resumed run repeats', () => {
    expect(append(rows(1, 2, 3, 4), rows(3), byStep)).toEqual(rows(1, 2, 3));
  });

  it('may be none', () => expect(append(rows(1), [], byStep)).toEqual(rows(1)));
});

describe('the lines of a run', () => {
  const epoch = (number: number, best: boolean): EpochRow => ({
    ...{ epoch: number, step: number * 8, trainLoss: 1 / number, trainAccuracy: 0.5, best },
    ...{ valLoss: 2 / number, valAccuracy: 0.4, valMacroF1: 0.4, imagesPerSecond: 10, waitFraction: 0 },
  });
  const drawn = (validationPerClass: number) => ({
    run: { config: { ...defaultRunConfig(1), validationPerClass }, classNames: ['a', 'b'] } as Run,
    steps: [{ step: 4, epoch: 1, loss: 0.7, learningRate: 1e-3 }],
    epochs: [epoch(1, true), epoch(2, true), epoch(3, false)],
    colour: '#000',
    suffix: '',
  });

  it('lay single steps on the axis of epochs', () => {
    const [steps, training, validation] = lossLines([drawn(10)], true);
    expect(steps).toMatchObject({ style: 'faint', xs: [0.5], ys: [0.7] });
    expect(training).toMatchObject({ style: 'dashed', xs: [1, 2, 3], ys: [1, 1 / 2, 1 / 3] });
    expect(validation).toMatchObject({ style: 'full', ys: [2, 1, 2 / 3] });
  });

  it('mark the last epoch that was the best', () => {
    expect(bestMarks([drawn(10)])).toMatchObject([{ x: 2, label: 'best: epoch 2' }]);
  });

  it('show no validation where there is none', () => {
    expect(accuracyLines([drawn(0)]).map((line) => line.label)).toEqual(['training']);
    expect(bestMarks([drawn(0)])).toEqual([]);
  });
});

it('finds the value nearest to the pointer, over gaps', () => {
  expect(nearestValue([null, 5, null, null, 8], 3)).toBe(4);
  expect(nearestValue([1, null], 1)).toBe(0);
  expect(nearestValue([null, undefined], 0)).toBeNull();
});

it('reads a cell of the confusion matrix from the address, and nothing else', () => {
  expect(cellOf('0,12')).toEqual({ trueClass: 0, predictedClass: 12 });
  for (const text of [undefined, '', '1', '1,2,3', '-1,0', 'a,b']) expect(cellOf(text)).toBeNull();
});
