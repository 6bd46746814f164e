/** Whether index 0 of a class list stands for "none of them": a class of the masks, but no label of images. */
export function hasBackground(classNames: readonly string[]): boolean {
  return /^_*background_*$/i.test(classNames[0] ?? '');
}
