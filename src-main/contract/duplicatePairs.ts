import type { DuplicatePair } from './values/health.ts';

/** Whether the items are in different splits. */
export const isBetween = ({ first, second }: DuplicatePair): boolean => first.split !== second.split;

/** Whether the items have different labels. Images that merely resemble each other may rightly show different classes. */
export function contradicts({ first, second, exact }: DuplicatePair): boolean {
  const single = first.classes.length === 1 && second.classes.length === 1;
  return (exact || single) && first.classes.join() !== second.classes.join();
}
