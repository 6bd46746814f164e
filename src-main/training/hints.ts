import { deviceNames } from '../contract/deviceNames.ts';
import type { Baseline, Device, Metrics, RunResult } from '../contract/values/run.ts';

export interface HintFacts {
  readonly test: Metrics | null;
  readonly validation: Metrics | null;
  readonly baseline: Baseline | null;
  readonly counts: RunResult['counts'];
  readonly classes: number;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly waitFraction: number;
  readonly synthetic: boolean;
  /** Checkpoints that could not be used when the run went on, each with the reason. */
  readonly damaged: readonly string[];
  /** What the run ran on, in order. */
  readonly devices: readonly string[];
}

/** Below this many patches per class, one patch moves a class's share by more than 3 points. */
const SMALL_VALIDATION = 30;
const NOTICEABLE_WAIT = 0.1;

/** What the user should know before trusting the numbers, as plain sentences, the most important first. */
export function hints(facts: HintFacts): string[] {
  return [stain, synthetic, noTest, validation, lastEpochBest, waiting, damaged, devices].flatMap(
    (hint) => hint(facts) ?? [],
  );
}

function stain({ test, baseline }: HintFacts): string | null {
  if (!test || !baseline || baseline.accuracy <= test.accuracy) return null;
  if (baseline.accuracy <= luck(test)) return null; // neither has found anything: that says nothing of colour
  return (
    `A colour histogram alone (nearest centroid) reaches ${percent(baseline.accuracy)} on the same test patches, ` +
    `more than this network’s ${percent(test.accuracy)}: the labels can be told from stain. ` +
    'The network may have learnt colour rather than tissue; test it on slides from another laboratory, and train with more labels or a pre-trained start.'
  );
}

/** Three standard deviations above the accuracy of always naming the most frequent class. */
function luck({ n, confusion }: Metrics): number {
  const chance = Math.max(...confusion.map((row) => row.reduce((sum, count) => sum + count, 0))) / n;
  return chance + 3 * Math.sqrt((chance * (1 - chance)) / n);
}

function synthetic(facts: HintFacts): string | null {
  if (!facts.synthetic) return null;
  return 'These patches are synthetic: the numbers show that the software works, and say nothing about real tissue.';
}

function noTest({ counts }: HintFacts): string | null {
  if (counts.test > 0) return null;
  return 'There are no test patches, so nothing here tells how good the network is on patches that it has not seen.';
}

function validation({ counts, classes }: HintFacts): string | null {
  if (counts.val === 0)
    return 'There are no validation patches: the weights of the last epoch are used, whether or not they are the best.';
  const perClass = counts.val / classes;
  if (perClass >= SMALL_VALIDATION) return null;
  return (
    `The validation set has only about ${Math.round(perClass)} patches per class: ` +
    `its accuracy moves by ${(100 / counts.val).toFixed(1)} points per patch, so the choice of the best epoch is partly luck.`
  );
}

function lastEpochBest({ bestEpoch, epochs, validation }: HintFacts): string | null {
  if (!validation || bestEpoch < epochs || epochs === 1) return null;
  return 'The best epoch was the last one: more epochs may still improve the result.';
}

function waiting({ waitFraction }: HintFacts): string | null {
  if (waitFraction < NOTICEABLE_WAIT) return null;
  return `The network waited for patches ${percent(waitFraction)} of the training time: a faster disk or smaller source images would shorten it.`;
}

export function damaged(facts: Pick<HintFacts, 'damaged'>): string | null {
  if (facts.damaged.length === 0) return null;
  return `A checkpoint was damaged and the one before it was used instead, which changes nothing in the result: ${facts.damaged.join('; ')}.`;
}

function devices(facts: HintFacts): string | null {
  if (facts.devices.length < 2) return null;
  const names = facts.devices.map((device) => deviceNames[device as Device] ?? device);
  return (
    `The run began on ${names.join(' and went on with ')}: ` +
    'its numbers may differ in the last digits from those of a run on one device.'
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
