import type { HealthHint } from '../../../contract/values/health.ts';
import type { Findings } from './findings.ts';
import { agree, FILES, info, nounOf, plural, warn } from './words.ts';

export function files({ broken, unreadable }: Findings): HealthHint[] {
  return [
    ...(broken > 0
      ? [
          info(
            `${plural(broken, FILES)} ${agree(broken, 'was', 'were')} left out by the import because ${agree(broken, 'it', 'they')} could not be used. The list on the gallery’s side says why.`,
          ),
        ]
      : []),
    ...(unreadable.count > 0
      ? [
          warn(
            `${plural(unreadable.count, FILES)} that ${agree(unreadable.count, 'was', 'were')} imported can no longer be read. A run that draws ${agree(unreadable.count, 'it', 'one')} will fail. Bring ${agree(unreadable.count, 'it', 'them')} back, or press “Look for changes” and go on without ${agree(unreadable.count, 'it', 'them')}.`,
          ),
        ]
      : []),
  ];
}

export function sizes({ sizes: { usual, outliers }, kind }: Findings): HealthHint[] {
  if (!usual || outliers === 0) return [];
  const noun = plural(outliers, nounOf(kind));
  return [
    info(
      `${noun} ${agree(outliers, 'has', 'have')} an unusual size; most are ${usual.width} × ${usual.height} px. ${kind === 'patches' ? 'Training resizes all to one size, so tissue in these is seen at another magnification.' : 'Crops of these show more or less than usual.'}`,
    ),
  ];
}

export function blank({ blank: { count }, kind }: Findings): HealthHint[] {
  if (count === 0) return [];
  return [
    info(
      `${plural(count, nounOf(kind))} ${agree(count, 'is', 'are')} almost of one colour, such as empty glass, and ${agree(count, 'was', 'were')} not compared with the others. Check that ${agree(count, 'it has', 'they have')} the right class.`,
    ),
  ];
}
