import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { UserError } from '../../../src-main/base/errors.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { carryOver } from '../../../src-main/models/carryOver.ts';
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
});
