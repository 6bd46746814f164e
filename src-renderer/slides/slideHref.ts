import { router } from '../router.svelte.ts';

/** A slide's address. Who came with a model in mind ("Classify a slide") keeps it while looking for the slide. */
export function slideHref(id: number): string {
  const { model } = router.place.params;
  return `/slides/${id}${model ? `?model=${model}` : ''}`;
}
