import path from 'node:path';
import sharp from 'sharp';
import { reasonOf } from '../base/errors.ts';
import { RateMeter } from '../base/rate.ts';
import type { BrokenFile } from '../contract/values/dataset.ts';
import type { HealthItem } from '../contract/values/health.ts';
import type { HealthSpec, WorkerContext, WorkerTask } from '../contract/worker.ts';
import { ChannelSums } from '../data/health/channels.ts';
import { findDuplicates, reported, type Hashed } from '../data/health/duplicates.ts';
import { hints } from '../data/health/hints.ts';
import { perceptualHash } from '../data/health/perceptualHash.ts';
import { sizeOutliers } from '../data/health/sizeOutliers.ts';
import { BLANK_CONTRAST, contrast, structure } from '../data/health/structure.ts';
import { mapConcurrently } from '../data/mapConcurrently.ts';
import { readPatch } from '../data/patchPixels.ts';

const CONCURRENCY = 4;
/** Examples of each finding that a report keeps. */
const EXAMPLES = 50;
/** Share of the work that reading the pixels is; the rest is the search for pairs. */
const READING = 0.97;

interface Read {
  readonly hashed: Hashed[];
  readonly blank: HealthItem[];
  readonly unreadable: BrokenFile[];
  readonly channels: ChannelSums;
}

/** Reads every item of a dataset once, as the loader of a training does, and reports on all of them. */
export const healthTask: WorkerTask<'health'> = async (spec, context) => {
  sharp.concurrency(1);
  sharp.cache(false);
  const { hashed, blank, unreadable, channels } = await readAll(spec, context);
  context.progress({
    fraction: READING,
    message: 'Looking for near duplicates',
    rate: null,
    secondsLeft: null,
  });
  const duplicates = findDuplicates(hashed);
  const { usual, outliers } = sizeOutliers(spec.items);
  const findings = {
    read: spec.items.length - unreadable.length,
    classes: spec.classes,
    sizes: { usual, outliers: outliers.length, examples: outliers.slice(0, EXAMPLES) },
    blank: { count: blank.length, examples: blank.slice(0, EXAMPLES) },
    channels: channels.result(),
    broken: spec.broken,
    unreadable: { count: unreadable.length, examples: unreadable.slice(0, EXAMPLES) },
  };
  return {
    ...findings,
    duplicates: reported(duplicates),
    hints: hints({ ...findings, duplicates, kind: spec.kind }),
  };
};

async function readAll(spec: HealthSpec, context: WorkerContext<'health'>): Promise<Read> {
  const report = progressOf(spec, context);
  const [blank, unreadable, channels] = [[] as HealthItem[], [] as BrokenFile[], new ChannelSums()];
  const hashed = await mapConcurrently(spec.items, CONCURRENCY, async (each): Promise<Hashed> => {
    context.signal.throwIfAborted();
    const { duplicateOf, ...item } = each;
    try {
      const pixels = await readPatch(path.join(spec.root, item.path));
      channels.add(pixels);
      const cells = structure(pixels);
      if (contrast(cells) >= BLANK_CONTRAST) return { item, duplicateOf, hash: perceptualHash(cells) };
      blank.push(item);
      return { item, duplicateOf: null, hash: null }; // one piece of glass is as good as another
    } catch (error) {
      unreadable.push({ path: item.path, reason: reasonOf(error) });
    } finally {
      report();
    }
    return { item, duplicateOf, hash: null };
  });
  blank.sort((a, b) => a.id - b.id);
  unreadable.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { hashed, blank, unreadable, channels };
}

function progressOf({ items, kind }: HealthSpec, { progress }: WorkerContext<'health'>): () => void {
  const meter = new RateMeter();
  const total = items.length;
  let [done, reportedAt] = [0, -Infinity];
  return () => {
    done += 1;
    const now = performance.now();
    if (now - reportedAt < 100 && done < total) return;
    reportedAt = now;
    meter.update(done);
    progress({
      fraction: (READING * done) / total,
      message: `Looked at ${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${kind}`,
      rate: meter.perSecond === null ? null : { value: meter.perSecond, unit: `${kind}/s` },
      secondsLeft: meter.secondsLeft(total),
    });
  };
}
