import { averagePrecision, meanOfDefined } from './averagePrecision.ts';
import { labelTargets } from './labelTargets.ts';
import type { Objective } from './objective.ts';

/** Which classes an image shows, each on its own. The loss is the mean over images and classes. */
export function multilabel(classes: number): Objective {
  return {
    targets(images) {
      const targets = new Float32Array(images.length * classes);
      for (const [i, { labels }] of images.entries()) targets.set(labelTargets(labels, classes), i * classes);
      return targets;
    },
    scoring() {
      const logitsOf: Float32Array[] = [];
      const truthsOf: Float32Array[] = [];
      let loss = 0;
      return {
        add({ labels }, logits) {
          const truths = labelTargets(labels, classes);
          logitsOf.push(logits);
          truthsOf.push(truths);
          for (let c = 0; c < classes; c++) loss += crossEntropy(logits[c] ?? 0, truths[c] ?? 0);
          return { scores: Array.from(logits, sigmoid), mask: null };
        },
        scores() {
          const perClass = Array.from({ length: classes }, (_, c) =>
            averagePrecision(
              logitsOf.map((logits) => logits[c] ?? 0),
              truthsOf.map((truths) => truths[c] === 1),
            ),
          );
          const items = logitsOf.length * classes;
          return {
            loss: items === 0 ? 0 : loss / items,
            score: meanOfDefined(perClass),
            perClass,
            pixelAccuracy: null,
          };
        },
      };
    },
  };
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Binary cross-entropy from a logit, without overflow: max(z, 0) − z·t + log(1 + e^−|z|). */
function crossEntropy(logit: number, truth: number): number {
  return Math.max(logit, 0) - logit * truth + Math.log1p(Math.exp(-Math.abs(logit)));
}
