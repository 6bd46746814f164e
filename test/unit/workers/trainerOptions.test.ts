import { expect, it } from 'vitest';
import { presetConfig } from '../../../src-main/contract/pretrainPresets.ts';
import { PretrainKind } from '../../../src-main/contract/values/pretraining.ts';
import { checkGroups } from '../../../src-main/engines/checkGroups.ts';
import { pretrainNetwork } from '../../../src-main/training/pretraining/network.ts';
import { trainerOptions } from '../../../src-main/workers/pretraining/trainerOptions.ts';

it.each(PretrainKind.options)('the head of a pre-training by %s learns at its own rate', (kind) => {
  const config = {
    ...presetConfig('paper', kind, 1),
    width: 4,
    headLearningRateFactor: 7,
    device: 'cpu',
  } as const;
  const graph = pretrainNetwork(config, 3, 65);
  const { groups = [] } = trainerOptions(config, graph, new Map());
  expect(groups.map(({ learningRateFactor }) => learningRateFactor)).toEqual([7]);
  expect(() => checkGroups(graph, groups)).not.toThrow();
  const named = graph.parameters
    .map(({ name }) => name)
    .filter((name) => groups[0]?.prefixes.some((prefix) => name.startsWith(prefix)));
  const head =
    kind === 'classification'
      ? ['fc.weight', 'fc.bias']
      : [0, 1, 2, 3].flatMap((i) => [`layer5.conv2d_list.${i}.weight`, `layer5.conv2d_list.${i}.bias`]);
  expect(named).toEqual(head);
});
