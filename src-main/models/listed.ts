/** Enough to see what is wrong, and not more than can be read. */
const SHOWN = 10;

/** The first of many, and how many more there are. */
export function listed(items: readonly string[], separator: string): string {
  const more = items.length - SHOWN;
  return items.slice(0, SHOWN).join(separator) + (more > 0 ? `${separator}and ${more} more` : '');
}
