import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';
import type { Parameter } from '../parameter.ts';
import { imageShape, windowedSide, type Window } from '../shape.ts';

/** 2-D convolution (cross-correlation, as in PyTorch). `<name>.weight` [out, in, kernel, kernel], `<name>.bias` [out]. */
export interface Conv2d extends NodeBase {
  readonly op: 'conv2d';
  readonly window: Window;
  readonly inChannels: number;
  readonly outChannels: number;
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
  /** Default false: a batch norm that follows has its own. */
  readonly bias?: boolean;
}

/** [C, H, W] → [channels, H', W']. Initial weights as torchvision's ResNets: Kaiming normal, fan-out. */
export function conv2d(builder: GraphBuilder, name: string, input: Value, options: Conv2dOptions): Value {
  const { channels, kernel, stride = 1, padding = 0, dilation = 1, bias = false } = options;
  const image = imageShape(input.shape, name);
  const window = { kernel, stride, padding, dilation };
  const parameters: Parameter[] = [
    {
      name: `${name}.weight`,
      shape: [channels, image.channels, kernel, kernel],
      role: 'weight',
      init: { kind: 'kaimingNormal', fan: channels * kernel * kernel },
    },
  ];
  if (bias) {
    const bound = 1 / Math.sqrt(image.channels * kernel * kernel);
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
    bias,
  };
  return builder.add(node, parameters);
}
