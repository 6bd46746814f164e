/**
 * Mean over batch and classes of −t · log σ(z) − (1 − t) · log(1 − σ(z)), from logits z; logits and targets [N, classes], targets in
 * 0–1: several classes may hold at once. PyTorch's `F.binary_cross_entropy_with_logits` with its defaults.
 */
export interface BinaryCrossEntropy {
  readonly kind: 'binaryCrossEntropy';
}
