/** How a tensor gets its first values; the rules themselves are in initialise.ts. */
export type Initialiser =
  | { readonly kind: 'constant'; readonly value: number }
  /** He et al. 2015 for ReLU: normal with standard deviation sqrt(2 / fan). torchvision's ResNets use fan-out. */
  | { readonly kind: 'kaimingNormal'; readonly fan: number }
  /** Normal with mean 0: DeepLab's head begins with 0.01. */
  | { readonly kind: 'normal'; readonly deviation: number }
  /** Uniform in ±bound. PyTorch's Linear and Conv2d default is bound = 1 / sqrt(fan-in), for weight and bias. */
  | { readonly kind: 'uniform'; readonly bound: number };

/** A tensor that belongs to the network: a weight, or a running statistic of batch norm. */
export interface Parameter {
  /** torchvision's name, e.g. "layer1.0.conv1.weight". */
  readonly name: string;
  /** PyTorch's layout: convolutions [out, in / groups, height, width], dense layers [out, in]. */
  readonly shape: readonly number[];
  /** Weights are changed by the optimizer, statistics by the forward pass in training, and frozen tensors by nothing. */
  readonly role: 'weight' | 'statistic' | 'frozen';
  readonly init: Initialiser;
}
