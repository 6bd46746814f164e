/** Numbers and times as the interface writes them. Every function takes null for "not known" and answers a dash. */

const DASH = '–';
const integers = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** 0.8142 → "81.4 %". */
export function percent(share: number | null | undefined, digits = 1): string {
  return share === null || share === undefined ? DASH : `${(share * 100).toFixed(digits)} %`;
}

/** An accuracy is never shown without the number of patches behind it: "81.4 % (n = 750)". */
export function accuracy(share: number | null | undefined, n: number | null | undefined): string {
  return share === null || share === undefined ? DASH : `${percent(share)} (n = ${count(n)})`;
}

/** 12345 → "12,345". */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? DASH : integers.format(value);
}

/** plural(1, "patch") → "1 patch"; plural(2, "patch", "patches") → "2 patches". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A number with three significant digits: 0.01234 → "0.0123", 0.00001234 → "1.23e-5". */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined) return DASH;
  const short = Number(value.toPrecision(3));
  return short !== 0 && Math.abs(short) < 1e-3 ? short.toExponential() : String(short);
}

/** Work per second: {value: 41.2, unit: "img/s"} → "41 img/s". */
export function rate(value: number | null | undefined, unit = 'img/s'): string {
  return value === null || value === undefined ? DASH : `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

/** A length of time: "0.8 s", "42 s", "3 min 05 s", "2 h 10 min". */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return DASH;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** An estimate, rounded as one speaks: "3 min left", "less than 10 s left". */
export function timeLeft(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '';
  if (seconds < 10) return 'less than 10 s left';
  if (seconds < 60) return `${Math.round(seconds / 10) * 10} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60
    ? `${minutes} min left`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min left`;
}

/** 34123456 → "34.1 MB" (decimal units, as file managers count). */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return DASH;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  return `${(value / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** Microns per pixel: 0.4990 → "0.499 µm/px". */
export function micronsPerPixel(mpp: number | null | undefined): string {
  return mpp === null || mpp === undefined ? 'µm/px not known' : `${Number(mpp.toPrecision(3))} µm/px`;
}

/** A length on the slide: "250 µm", "1.2 mm". */
export function microns(value: number): string {
  return value < 1000 ? `${Number(value.toPrecision(3))} µm` : `${Number((value / 1000).toPrecision(3))} mm`;
}

const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** A timestamp in milliseconds → "23 Nov 2026, 14:05". */
export function dateTime(milliseconds: number | null | undefined): string {
  return milliseconds === null || milliseconds === undefined ? DASH : dates.format(milliseconds);
}
