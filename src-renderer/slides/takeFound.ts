import type { FoundSlide } from '../../src-main/contract/values/slide.ts';
import { store } from '../state/store.svelte.ts';
import { toasts } from '../state/toasts.svelte.ts';
import { plural } from '../ui/format.ts';

/** Shows slides as they were found, and tells of those that nobody asked for. @returns the id of the one that was asked for */
export function takeFound({ slide, others }: FoundSlide): number {
  for (const each of [slide, ...others]) store.slides.put(each);
  const one = others.length === 1;
  if (others.length > 0)
    toasts.add({
      kind: 'note',
      text: `${plural(others.length, 'other slide')} ${one ? 'was' : 'were'} found in the same folder and pointed to anew.`,
    });
  return slide.id;
}
