/**
 * Mean over the batch of −log softmax(logits)[target]; logits [N, classes], targets [N] class indices.
 * PyTorch's `F.cross_entropy` with its defaults.
 */
export interface SoftmaxCrossEntropy {
  readonly kind: 'softmaxCrossEntropy';
}
