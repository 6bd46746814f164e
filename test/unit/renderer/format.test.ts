import { describe, expect, it } from 'vitest';
import * as format from '../../../src-renderer/ui/format.ts';
import { progressText } from '../../../src-renderer/ui/progressText.ts';

describe('numbers', () => {
  it('never writes an accuracy without its n', () => {
    expect(format.accuracy(0.8142, 1250)).toBe('81.4 % (n = 1,250)');
    expect(format.accuracy(null, 750)).toBe('–');
  });

  it('agrees with its noun', () => {
    expect(format.plural(1, 'patch', 'patches')).toBe('1 patch');
    expect(format.plural(0, 'patch', 'patches')).toBe('0 patches');
    expect(format.plural(2, 'file')).toBe('2 files');
  });

  it.each([
    [0, '0'],
    [1e-4, '1e-4'],
    [0.000046837194, '4.68e-5'],
    [0.0009999, '0.001'],
    [0.012345, '0.0123'],
    [1234.5, '1230'],
  ])('writes %f as %s', (value, text) => expect(format.number(value)).toBe(text));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [34_123_456, '34.1 MB'],
    [2.5e12, '2.5 TB'],
  ])('writes %d bytes as %s', (value, text) => expect(format.bytes(value)).toBe(text));

  it('changes from microns to millimetres', () => {
    expect(format.microns(250)).toBe('250 µm');
    expect(format.microns(1250)).toBe('1.25 mm');
    expect(format.micronsPerPixel(null)).toBe('µm/px not known');
  });
});

describe('times', () => {
  it.each([
    [0.84, '0.8 s'],
    [42, '42 s'],
    [59.7, '1 min 00 s'],
    [185, '3 min 05 s'],
    [7800, '2 h 10 min'],
  ])('lasts %f s: %s', (seconds, text) => expect(format.duration(seconds)).toBe(text));

  it.each([
    [3, 'less than 10 s left'],
    [58, '60 s left'],
    [170, '3 min left'],
    [3590, '1 h 00 min left'],
    [null, ''],
  ])('has %s s left: %s', (seconds, text) => expect(format.timeLeft(seconds)).toBe(text));

  it('tells progress in one line and leaves out what is not known', () => {
    const progress = { fraction: 0.625, message: 'epoch 12 of 20', secondsLeft: 170 };
    expect(progressText({ ...progress, rate: { value: 41.2, unit: 'img/s' } })).toBe(
      '62 % · epoch 12 of 20 · 41 img/s · 3 min left',
    );
    expect(progressText({ ...progress, rate: null, secondsLeft: null })).toBe('62 % · epoch 12 of 20');
  });
});
