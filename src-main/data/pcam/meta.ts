import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../../base/errors.ts';

/** Millions of rows; more is no list of patches. */
const MAX_META_BYTES = 512 * 2 ** 20;

const MAX_NAME = 200;
/** Of rows; another order of rows would make about half of them disagree. */
const TOLERATED_DISAGREEMENT = 0.01;

/**
 * The source slide of each patch, from the text of `…_meta.csv`: a header with a column `wsi`, one row per patch in the order of the
 * HDF5 files, no quotes. Where a column `center_tumor_patch` is there (the patch's label), it must agree with the labels.
 * @param labels of the patches; their number must be that of the rows
 * @throws UserError saying what is wrong, with its line, without the file's name
 */
export function slidesOf(text: string, labels: Uint8Array): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  const header = (lines[0] ?? '').split(',').map((name) => name.trim());
  const [slideAt, labelAt] = [header.indexOf('wsi'), header.indexOf('center_tumor_patch')];
  if (slideAt < 0)
    throw new UserError(`it has no column “wsi”. Its first line is “${(lines[0] ?? '').slice(0, 80)}”.`);
  if (lines.length - 1 !== labels.length)
    throw new UserError(`it has ${lines.length - 1} rows for ${labels.length} patches.`);
  let disagreeing = 0;
  const kept = new Map<string, string>(); // one string per slide, not per patch
  const slides = lines.slice(1).map((line, row) => {
    const values = line.split(',').map((value) => value.trim());
    const at = `line ${row + 2}`;
    if (values.length !== header.length)
      throw new UserError(`${at} has ${values.length} values instead of ${header.length}.`);
    const slide = values[slideAt] ?? '';
    if (!isName(slide)) throw new UserError(`${at} names no slide but “${slide.slice(0, 40)}”.`);
    for (const [column, name] of header.entries()) checkValue(name, values[column] ?? '', at);
    if (labelAt >= 0 && (values[labelAt]?.toLowerCase() === 'true') !== (labels[row] === 1)) disagreeing++;
    if (!kept.has(slide)) kept.set(slide, slide);
    return kept.get(slide) ?? slide;
  });
  if (disagreeing > labels.length * TOLERATED_DISAGREEMENT)
    throw new UserError(
      `${disagreeing} of its ${labels.length} rows disagree with the labels, so it belongs to other patches.`,
    );
  return slides;
}

/** `slidesOf` a file. @throws UserError without the file's name */
export async function readSlides(file: string, labels: Uint8Array): Promise<string[]> {
  const { size } = await stat(file);
  if (size > MAX_META_BYTES) throw new UserError('it is far too large for a list of patches');
  try {
    return slidesOf(await readFile(file, 'utf8'), labels);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`The source slides are not known from this file: ${error.message}`);
  }
}

const isName = (slide: string): boolean =>
  slide.length > 0 && slide.length <= MAX_NAME && /^[\w.()\- ]+$/.test(slide);

function checkValue(column: string, value: string, at: string): void {
  const sound =
    column === 'coord_x' || column === 'coord_y'
      ? /^-?\d+(\.0+)?$/.test(value)
      : column === 'tumor_patch' || column === 'center_tumor_patch'
        ? /^(true|false)$/i.test(value)
        : true;
  if (!sound) throw new UserError(`${at} has “${value.slice(0, 40)}” as ${column}.`);
}
