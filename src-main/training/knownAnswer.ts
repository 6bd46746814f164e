import { z } from 'zod';
import { explain, reasonOf, UserError } from '../base/errors.ts';
import type { ModelCard } from '../contract/values/model.ts';
import { augmentImage } from '../data/augmentation/augment.ts';
import { createClassifier } from '../engines/onnx/classifier.ts';
import { testImage } from './testImage.ts';

/** The key of a file's metadata that holds its known answer, as JSON. */
export const KNOWN_ANSWER = 'known_answer';

/** What a network says about the test image: whoever reads its file can hold that against what it says there. */
export const KnownAnswer = z.object({
  /** Of the test image, in pixels. */
  side: z.int().positive().max(1025),
  /** One for each output (of a backbone: each feature), where there are pixels the mean over them. */
  values: z.array(z.number()).min(1).max(10_000),
});
export type KnownAnswer = z.infer<typeof KnownAnswer>;

/**
 * How far an answer may be off: other processors add in another order, which moves float32 results through fifty layers by some 1e-6
 * of the largest one (against PyTorch's float64 at most 1e-5), while a swapped axis, a wrong mean or a damaged layer moves them by
 * tenths. The constant is for outputs that are differences of much larger numbers.
 */
const TOLERANCE = { relative: 1e-3, absolute: 1e-4 };

/** Digits that are kept: those that float32 has. */
const DIGITS = 7;

/**
 * Shows the test image to a network as every image is shown to it: with the card's mean and standard deviation.
 * @param model an .onnx file for images of side x side
 * @returns null: it gives numbers that are not finite
 * @throws UserError where the network cannot be run
 */
export async function answerOf(
  model: Uint8Array,
  { mean, std }: Pick<ModelCard, 'mean' | 'std'>,
  { side, outputs }: { readonly side: number; readonly outputs: number },
): Promise<KnownAnswer | null> {
  const image = new Float32Array(3 * side * side);
  augmentImage(testImage(side), side, null, { mean, std }, image);
  const network = await createClassifier({ model, device: 'cpu' }).catch(failure('opened'));
  try {
    const said = await network.logits(image, 1).catch(failure('run'));
    if (said.length === 0 || said.length % outputs !== 0)
      throw new UserError(`its network has ${said.length} outputs instead of ${outputs}`);
    const values = Array.from({ length: outputs }, (_, i) => meanOf(said, i, outputs));
    if (!values.every(Number.isFinite)) return null;
    return { side, values: values.map((value) => Number(value.toPrecision(DIGITS))) };
  } finally {
    await network.dispose();
  }
}

const failure = (what: 'opened' | 'run') => (error: unknown) => {
  throw new UserError(`its network cannot be ${what}`, explain(error).details ?? reasonOf(error));
};

/** The mean over the pixels of the `index`-th output. */
function meanOf(said: Float32Array, index: number, outputs: number): number {
  const pixels = said.length / outputs;
  const own = said.subarray(index * pixels, (index + 1) * pixels);
  return own.reduce((sum, value) => sum + value, 0) / pixels;
}

/** The known answer in a file's metadata; null: it has none. @throws UserError where it cannot be read */
export function knownAnswerIn(text: string | undefined): KnownAnswer | null {
  if (text === undefined) return null;
  try {
    return KnownAnswer.parse(JSON.parse(text));
  } catch (error) {
    throw new UserError('the known answer in it is damaged', String(error));
  }
}

/** @throws UserError where a network says something else than its file says it does */
export function checkAnswer(said: KnownAnswer, known: KnownAnswer): void {
  const largest = Math.max(...known.values.map(Math.abs));
  const allowed = TOLERANCE.relative * largest + TOLERANCE.absolute;
  const off = Math.max(...known.values.map((value, i) => Math.abs(value - (said.values[i] ?? Infinity))));
  if (known.values.length === said.values.length && off <= allowed) return;
  throw new UserError(
    'it fails its self-test: shown a test image, its network does not say what the file says it should. It is damaged, or was changed after it was written, or its weights lie in another order; export or download it again',
    `${said.values.length} of ${known.values.length} outputs, off by up to ${off}, allowed ${allowed}`,
  );
}
