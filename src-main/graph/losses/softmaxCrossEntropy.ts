/**
 * Mean of −log softmax(logits)[target] over the batch, or over the pixels of the batch. Logits [N, classes] with targets [N], or
 * logits [N, classes, H, W] with targets [N, H, W]; targets are class indices. PyTorch's `F.cross_entropy` with its `weight`,
 * `label_smoothing` and `ignore_index`: with class weights the mean is weighted, ignored targets count nowhere, and where
 * all are ignored the loss is 0 (PyTorch: not a number) and so is its gradient.
 */
export interface SoftmaxCrossEntropy {
  readonly kind: 'softmaxCrossEntropy';
  /** One weight ≥ 0 per class. Default: all 1. */
  readonly classWeights?: readonly number[];
  /** Share of the target's probability that is spread evenly over all classes, in [0, 1). Default 0. */
  readonly labelSmoothing?: number;
  /** Target that is left out, e.g. VOC's 255. Default: none. */
  readonly ignoreLabel?: number;
}
