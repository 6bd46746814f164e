import { RateMeter } from '../base/rate.ts';
import type { WorkerContext } from '../contract/worker.ts';

/** Files per event: few enough for a lively progress, many enough for few messages. */
export const BATCH = 100;
/** Files decoded side by side. */
export const CONCURRENCY = 4;
/** Share of the whole work that unpacking an archive is. */
export const UNPACKING = 0.3;

/**
 * A progress callback for one phase, which covers `from` … `to` of the whole. At most ten reports a second.
 * @param noun what is counted
 */
export function importProgress(
  { progress }: WorkerContext<'import'>,
  verb: string,
  from: number,
  to: number,
  noun = 'files',
) {
  const meter = new RateMeter();
  let reported = -Infinity;
  return (done: number, total: number): void => {
    const now = performance.now();
    if (now - reported < 100 && done < total) return;
    reported = now;
    meter.update(done);
    progress({
      fraction: from + ((to - from) * done) / total,
      message: `${verb} ${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${noun}`,
      rate: meter.perSecond === null ? null : { value: meter.perSecond, unit: `${noun}/s` },
      secondsLeft: meter.secondsLeft(total),
    });
  };
}
