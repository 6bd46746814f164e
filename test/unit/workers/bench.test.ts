import { describe, expect, it } from 'vitest';
import { median, summarise } from '../../../src-main/workers/bench/summary.ts';
import { takeTurns } from '../../../src-main/workers/bench/takeTurns.ts';

const side = { name: 'x', version: '1' };

describe('a summary', () => {
  it('takes the median', () => {
    expect(median([30, 10, 20])).toBe(20);
    expect(median([40, 10, 30, 20])).toBe(25);
    expect(median([])).toBeNaN();
  });

  it('is that of all rounds together, and of the largest memory', () => {
    const rounds = [
      { ...side, milliseconds: [100, 900, 200], peakMemoryMB: 70 },
      { ...side, milliseconds: [300, 400], peakMemoryMB: 90 },
    ];
    // the median step of 300 ms, 16 images
    expect(summarise(rounds, 16).imagesPerSecond).toBeCloseTo(53.333, 3);
    expect(summarise(rounds, 16).peakMemoryMB).toBe(90);
    expect(summarise([{ ...side, milliseconds: [1], peakMemoryMB: null }], 1).peakMemoryMB).toBeNull();
  });
});

describe('taking turns', () => {
  it('interleaves the rounds and asks no more who gave nothing', async () => {
    const asked: string[] = [];
    const results = await takeTurns(['ours', 'missing', 'theirs'], 2, (who, round) => {
      asked.push(`${who} ${round}`);
      return Promise.resolve(who === 'missing' ? null : round);
    });
    expect(asked).toEqual(['ours 0', 'missing 0', 'theirs 0', 'ours 1', 'theirs 1']);
    expect(results).toEqual([[0, 1], [], [0, 1]]);
  });
});
