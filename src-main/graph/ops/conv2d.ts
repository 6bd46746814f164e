import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';
import type { Initialiser, Parameter } from '../parameter.ts';
import { imageShape, windowedSide, type Window } from '../shape.ts';

/**
 * 2-D convolution (cross-correlation, as in PyTorch). `<name>.weight` [out, in / groups, kernel, kernel], `<name>.bias` [out].
 * With groups, the i-th group of outputs reads the i-th group of inputs.
 */
export interface Conv2d extends NodeBase {
  readonly op: 'conv2d';
  readonly window: Window;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
  readonly bias: boolean;
}

export interface Conv2dOptions {
  readonly channels: number;
  readonly kernel: number;
  /** Default 1. */
  readonly stride?: number;
  /** Zeros on each side, default 0. */
  readonly padding?: number;
  /** Default 1. */
  readonly dilation?: number;
  /** Default 1. Divides the channels of input and output. */
  readonly groups?: number;
  /** Default: Kaiming normal, fan-out, as torchvision's ResNets. */
  readonly init?: Initialiser;
  /** Default false: a batch norm that follows has its own. */
  readonly bias?: boolean;
}

/** [C, H, W] → [channels, H', W']. @throws Error when the groups do not divide the channels. */
export function conv2d(builder: GraphBuilder, name: string, input: Value, options: Conv2dOptions): Value {
  const { channels, kernel, stride = 1, padding = 0, dilation = 1, groups = 1, bias = false } = options;
  const image = imageShape(input.shape, name);
  if (image.channels % groups !== 0 || channels % groups !== 0)
    throw new Error(`${name}: ${groups} groups do not divide ${image.channels} and ${channels} channels`);
  const perGroup = image.channels / groups;
  const window = { kernel, stride, padding, dilation };
  const parameters: Parameter[] = [
    {
      name: `${name}.weight`,
      shape: [channels, perGroup, kernel, kernel],
      role: 'weight',
      init: options.init ?? { kind: 'kaimingNormal', fan: (channels / groups) * kernel * kernel },
    },
  ];
  if (bias) {
    const bound = 1 / Math.sqrt(perGroup * kernel * kernel);
    parameters.push({
      name: `${name}.bias`,
      shape: [channels],
      role: 'weight',
      init: { kind: 'uniform', bound },
    });
  }
  const shape = [channels, windowedSide(image.height, window, name), windowedSide(image.width, window, name)];
  const node: Conv2d = {
    op: 'conv2d',
    name,
    inputs: [input.name],
    shape,
    window,
    inChannels: image.channels,
    outChannels: channels,
    groups,
    bias,
  };
  return builder.add(node, parameters);
}
