import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { UserError } from '../../../src-main/base/errors.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { carryOver } from '../../../src-main/models/carryOver.ts';
import { deeplab } from '../../../src-main/models/deeplab.ts';
import { resnet, type ResnetOptions } from '../../../src-main/models/resnet.ts';

const tensorsOf = (options: Partial<ResnetOptions>, seed: number) =>
  initialise(
    resnet({ depth: 18, width: 4, stages: 2, classes: 3, imageSize: 32, ...options }),
    Random.from(seed),
  );

describe('carryOver', () => {
  const fresh = tensorsOf({}, 1);
  const source = new Map([
    ...tensorsOf({ classes: 1000 }, 2),
    ['bn1.num_batches_tracked', { shape: [], data: Float32Array.of(9) }],
    ['optimizer.step', { shape: [], data: Float32Array.of(9) }],
  ]);

  it('takes the backbone with its statistics, and leaves the classifier fresh', () => {
    const { parameters, carried, left, fresh: kept } = carryOver(fresh, source);
    expect([...parameters.keys()]).toEqual([...fresh.keys()]);
    expect(parameters.get('layer2.0.conv1.weight')).toEqual(source.get('layer2.0.conv1.weight'));
    expect(parameters.get('bn1.running_var')).toEqual(source.get('bn1.running_var'));
    expect(parameters.get('fc.weight')).toBe(fresh.get('fc.weight'));
    expect(kept).toEqual(['fc.weight', 'fc.bias']);
    expect(left).toEqual(['fc.weight', 'fc.bias', 'bn1.num_batches_tracked', 'optimizer.step']);
    expect(new Set([...carried, ...kept])).toEqual(new Set(fresh.keys()));
  });

  it('names what does not fit', () => {
    const wider = tensorsOf({ width: 8 }, 2);
    expect(() => carryOver(fresh, wider)).toThrow(UserError);
    expect(() => carryOver(fresh, wider)).toThrow('conv1.weight is [8, 3, 7, 7] instead of [4, 3, 7, 7]');
    const shallower = tensorsOf({ stages: 1 }, 2);
    expect(() => carryOver(fresh, shallower)).toThrow(/layer2\.0\.conv1\.weight is missing.*and \d+ more/);
  });

  it('does not take a deeper network for a shallower one', () => {
    const deeper = tensorsOf({ depth: 34 }, 2);
    expect(() => carryOver(fresh, deeper)).toThrow(/layer1\.2\.conv1\.weight is too many.*and \d+ more/);
  });

  describe('between tasks', () => {
    const small = { depth: 18, width: 4, imageSize: 33 } as const;
    const networks = {
      classifier: resnet({ ...small, classes: 3 }),
      labels: resnet({ ...small, classes: 20, loss: { kind: 'binaryCrossEntropy' } }),
      segmentation: deeplab({ ...small, classes: 21 }),
    };
    const headOf = {
      classifier: ['fc.weight', 'fc.bias'],
      labels: ['fc.weight', 'fc.bias'],
      segmentation: [0, 1, 2, 3].flatMap((i) => [
        `layer5.conv2d_list.${i}.weight`,
        `layer5.conv2d_list.${i}.bias`,
      ]),
    };
    const tasks = ['classifier', 'labels', 'segmentation'] as const;

    it.each(tasks.flatMap((from) => tasks.map((to) => [from, to] as const)))('%s → %s', (from, to) => {
      const own = initialise(networks[to], Random.from(1));
      const given = initialise(networks[from], Random.from(2));
      const { parameters, carried, left, fresh: kept } = carryOver(own, given);
      expect(kept).toEqual(headOf[to]);
      expect(left).toEqual(headOf[from]);
      expect(carried).toHaveLength(own.size - kept.length);
      expect([...parameters.keys()]).toEqual(networks[to].parameters.map(({ name }) => name));
      for (const [name, tensor] of parameters)
        expect(tensor).toBe((headOf[to].includes(name) ? own : given).get(name));
    });

    it('and from a backbone without any head', () => {
      const own = initialise(networks.segmentation, Random.from(1));
      const backbone = new Map([...own].filter(([name]) => !name.startsWith('layer5.')));
      expect(carryOver(own, backbone).left).toEqual([]);
    });
  });
});
