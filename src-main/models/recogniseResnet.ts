import { UserError } from '../base/errors.ts';
import type { Depth } from './backbone.ts';
import { listed } from './listed.ts';
import type { Tensors } from './tensors.ts';

/**
 * Which ResNet weights by torchvision's names belong to, from names and shapes alone: 50 has a third convolution in its blocks, 34 a
 * third block in its first stage; the width is that of the first convolution. Whether everything else fits show `misfits`.
 * @throws UserError where they are of no such network; the caller names the file.
 */
export function recogniseResnet(tensors: Tensors): { depth: Depth; width: number } {
  const [width, colours, height, breadth] = tensors.get('conv1.weight')?.shape ?? [];
  if (width === undefined || !tensors.has('layer1.0.conv1.weight')) {
    const names = listed([...tensors.keys()], ', ') || 'nothing';
    throw new UserError(
      `it holds no ResNet by torchvision’s names (conv1.weight, layer1.0.conv1.weight …), and no other network can be begun from; it holds ${names}`,
    );
  }
  if (colours !== 3 || height !== 7 || breadth !== 7)
    throw new UserError(
      `its first convolution is [${[width, colours, height, breadth].join(', ')}], and a ResNet’s is [width, 3, 7, 7]`,
    );
  if (tensors.has('layer1.0.conv3.weight')) return { depth: 50, width };
  return { depth: tensors.has('layer1.2.conv1.weight') ? 34 : 18, width };
}
