import { segmentationScores } from './meanIou.ts';
import type { Objective } from './objective.ts';
import { countPixels, predictedClasses } from './pixels.ts';

/** A class for every pixel: the mask is the target. The loss is the mean over all pixels of all images that count. */
export function segmentation(classes: number): Objective {
  return {
    targets: (_images, { masks }) => masks,
    scoring() {
      const confusion = new Float64Array(classes * classes);
      let [loss, pixels] = [0, 0];
      return {
        add({ width, height }, logits, mask, side) {
          const placement = { side, width, height };
          const predicted = predictedClasses(logits, classes, placement);
          const counted = countPixels(logits, mask, predicted, classes, placement, confusion);
          loss += counted.loss;
          pixels += counted.pixels;
          return { scores: null, mask: predicted };
        },
        scores() {
          const { meanIou, perClass, pixelAccuracy } = segmentationScores(confusion, classes);
          return { loss: pixels === 0 ? 0 : loss / pixels, score: meanIou, perClass, pixelAccuracy };
        },
      };
    },
  };
}
