import type { Progress } from '../../src-main/contract/values/job.ts';
import { rate, timeLeft } from './format.ts';

/** "62 % · epoch 12 of 20 · 41 img/s · 3 min left". */
export function progressText({ fraction, message, rate: speed, secondsLeft }: Progress): string {
  const parts = [
    `${Math.floor(fraction * 100)} %`,
    message,
    speed ? rate(speed.value, speed.unit) : '',
    timeLeft(secondsLeft),
  ];
  return parts.filter(Boolean).join(' · ');
}
