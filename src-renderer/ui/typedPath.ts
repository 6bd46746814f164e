/** A path as it was typed or pasted: without blanks around it, and without the quotes that “Copy as path” of Windows puts there. */
export function typedPath(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1');
}
