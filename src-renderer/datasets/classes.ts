import { hasBackground } from '../../src-main/contract/background.ts';
import { classColour, vocColour } from '../../src-main/contract/palette.ts';
import type { Dataset } from '../../src-main/contract/values/dataset.ts';

/** The colour of a dataset's classes by their index: that of the masks, where it has masks. */
export function colourOf({ content }: Pick<Dataset, 'content'>): (index: number) => string {
  return content === 'images' ? vocColour : classColour;
}

/** The classes that an image or patch can show: all but the background of masks. */
export function shownClasses<C extends { readonly name: string }>({
  content,
  classes,
}: {
  readonly content: Dataset['content'];
  readonly classes: readonly C[];
}): readonly C[] {
  const background = content === 'images' && hasBackground(classes.map(({ name }) => name));
  return background ? classes.slice(1) : classes;
}
