import { SingleBar } from 'cli-progress';
import type { Job } from '../contract/values/job.ts';

/** A job's progress on stderr, gone when it ends. */
export function progressBar() {
  const bar = new SingleBar({
    stream: process.stderr,
    format: '{title} [{bar}] {percentage} % {message}{rate}{left}',
    hideCursor: true,
    clearOnComplete: true,
    barsize: 24,
  });
  bar.start(1, 0, { title: '', message: '', rate: '', left: '' });
  return {
    show({ title, status, progress }: Job): void {
      const { fraction, message, rate, secondsLeft } = progress;
      bar.update(fraction, {
        title,
        message: status === 'queued' ? 'waiting' : message,
        rate: rate ? ` · ${rate.value.toFixed(rate.value < 10 ? 1 : 0)} ${rate.unit}` : '',
        left: secondsLeft === null ? '' : ` · ${duration(secondsLeft)} left`,
      });
    },
    remove: () => bar.stop(),
  };
}

/** e.g. "3:07". */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
