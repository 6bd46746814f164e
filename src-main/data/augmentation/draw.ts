import type { Augmentation } from '../../contract/values/run.ts';
import { Random } from '../../base/random.ts';

/**
 * Where an output pixel comes from, relative to the image's centre in pixels:
 * `sourceX = a * x + b * y + tx`, `sourceY = c * x + d * y + ty`.
 */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly tx: number;
  readonly ty: number;
}

type ColourStep = 'brightness' | 'contrast' | 'saturation' | 'hue';

/** The steps of torchvision's ColorJitter in the order drawn; `amount` is a factor, for the hue a shift in turns. */
export type ColourJitter = readonly { readonly step: ColourStep; readonly amount: number }[];

/** One image's augmentation, decided. */
export interface AugmentationDraw {
  readonly affine: Affine;
  readonly colour: ColourJitter;
}

/**
 * Decides one image's augmentation from its seed. Flip, rotation, zoom and the random crop of the padded image become one
 * affine map, so that the image is resampled only once.
 */
export function drawAugmentation(settings: Augmentation, seed: number): AugmentationDraw {
  const random = Random.from(seed, 'augment');
  return { affine: drawAffine(settings, random), colour: drawColour(settings, random) };
}

function drawAffine({ flip, rotateDegrees, rescale, cropPadding }: Augmentation, random: Random): Affine {
  const mirror = () => (flip && random.uniform() < 0.5 ? -1 : 1);
  const [flipX, flipY] = [mirror(), mirror()];
  const angle = (random.between(-rotateDegrees, rotateDegrees) * Math.PI) / 180;
  const zoom = random.between(1 - rescale, 1 + rescale);
  const shift = () => random.integer(2 * cropPadding + 1) - cropPadding;
  const [shiftX, shiftY] = [shift(), shift()];
  const cos = Math.cos(angle) / zoom;
  const sin = Math.sin(angle) / zoom;
  // The crop is the last step of the recipe, so its shift is turned and mirrored with everything before it.
  const [a, b, c, d] = [flipX * cos, flipX * -sin, flipY * sin, flipY * cos];
  return { a, b, c, d, tx: a * shiftX + b * shiftY, ty: c * shiftX + d * shiftY };
}

function drawColour({ colourJitter, hueJitter }: Augmentation, random: Random): ColourJitter {
  const factor = () => random.between(Math.max(0, 1 - colourJitter), 1 + colourJitter);
  const steps: ColourJitter = [
    { step: 'brightness', amount: factor() },
    { step: 'contrast', amount: factor() },
    { step: 'saturation', amount: factor() },
    { step: 'hue', amount: random.between(-hueJitter, hueJitter) },
  ];
  const idle = ({ step, amount }: ColourJitter[number]) => amount === (step === 'hue' ? 0 : 1);
  return random.shuffled(steps).filter((entry) => !idle(entry));
}
