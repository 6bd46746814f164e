/** e.g. "1 patch", "1,250 patches". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** A share, 0–1, e.g. "75 %". */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** e.g. "“a”, “b”, and “c”". */
export const quoted = (names: readonly string[]): string =>
  new Intl.ListFormat('en').format(names.map((name) => `“${name}”`));
