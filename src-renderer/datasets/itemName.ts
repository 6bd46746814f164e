import type { HealthItem } from '../../src-main/contract/values/health.ts';
import { count } from '../ui/format.ts';

/** Where an item is found: its file, or its place on the slide that it was cut from. */
export function itemName({ path, cutFrom }: Pick<HealthItem, 'path' | 'cutFrom'>): string {
  if (!cutFrom) return path;
  const { slide, place } = cutFrom;
  return `${slide} at (${count(place.x)}, ${count(place.y)})`;
}
