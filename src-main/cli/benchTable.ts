import { benchWorks, type Target } from '../contract/benchWorks.ts';
import type { BenchRow } from '../contract/values/hardware.ts';
import { table } from './table.ts';

/** One measured quantity beside the peer's, and what was asked of it. */
export interface BenchLine {
  readonly work: string;
  readonly unit: 'images/s' | 'MB';
  readonly ours: number | null;
  readonly peer: number | null;
  readonly peerName: string | null;
  /** ours / peer; null without a peer. */
  readonly ratio: number | null;
  readonly must: number;
  readonly goal: number;
  /** Whether the ratio has to be at least so large, or at most. */
  readonly bound: 'least' | 'most';
  /** null: unknown without a peer. */
  readonly met: 'goal' | 'must' | 'neither' | null;
}

/** A line for each work's speed, and for its memory where that has a target. */
export function benchLines(rows: readonly BenchRow[]): BenchLine[] {
  return rows.flatMap((row) => {
    const work = benchWorks.find(({ name }) => name === row.work);
    if (work === undefined) return [];
    const { ours, peer } = row;
    const peerName = peer && `${peer.name} ${peer.version}`;
    const speed = compared(ours.imagesPerSecond, peer?.imagesPerSecond ?? null, work.speed, 'least');
    const lines: BenchLine[] = [{ work: work.name, unit: 'images/s', peerName, ...speed }];
    if (work.memory !== null) {
      const memory = compared(ours.peakMemoryMB, peer?.peakMemoryMB ?? null, work.memory, 'most');
      lines.push({ work: `peak memory of ${work.name}`, unit: 'MB', peerName, ...memory });
    }
    return lines;
  });
}

function compared(ours: number | null, peer: number | null, target: Target, bound: BenchLine['bound']) {
  const ratio = ours === null || peer === null ? null : ours / peer;
  const { must, goal } = target;
  const within = (limit: number) => ratio !== null && (bound === 'least' ? ratio >= limit : ratio <= limit);
  const met = ratio === null ? null : within(goal) ? 'goal' : within(must) ? 'must' : 'neither';
  return { ours, peer, ratio, must, goal, bound, met } as const;
}

const HEADING = ['work', 'unit', 'Tessera', 'peer', 'ratio', 'must', 'goal', 'met?', 'the peer'];

const VERDICTS = { goal: 'yes, and the goal', must: 'yes', neither: 'NO' } as const;

export function benchTable(lines: readonly BenchLine[]): string {
  return table([HEADING, ...lines.map(cells)]);
}

function cells({ work, unit, ours, peer, peerName, ratio, must, goal, bound, met }: BenchLine) {
  const limit = (factor: number) => `${bound === 'least' ? '≥' : '≤'} ${factor.toFixed(1)}x`;
  const value = (measured: number | null) =>
    measured === null ? null : Number(measured.toFixed(unit === 'MB' ? 0 : 1));
  return [
    ...[work, unit, value(ours), value(peer), ratio === null ? null : `${ratio.toFixed(2)}x`],
    ...[limit(must), limit(goal), met && VERDICTS[met], peerName],
  ];
}
