import { expect, it } from 'vitest';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import { fingerprint } from '../../../src-main/training/trainingState.ts';

const spec = {
  config: defaultRunConfig(1),
  classNames: ['a', 'b'],
  train: [{ id: 1, path: 'a/1.png', classIndex: 0 }],
  val: [],
  test: [{ id: 2, path: 'b/2.png', classIndex: 1 }],
};

it('is the same whatever the order of keys, the ids and the device', () => {
  const reversed = Object.fromEntries(Object.entries(spec.config).reverse()) as typeof spec.config;
  const elsewhere = { ...spec, config: { ...reversed, device: 'webgpu' as const } };
  expect(fingerprint(elsewhere)).toBe(fingerprint(spec));
  expect(fingerprint({ ...spec, train: [{ id: 7, path: 'a/1.png', classIndex: 0 }] })).toBe(
    fingerprint(spec),
  );
});

it('changes with a setting, a class, a label, and a patch that moves to another split', () => {
  const changes = [
    { config: { ...spec.config, seed: 2 } },
    { classNames: ['a', 'c'] },
    { train: [{ id: 1, path: 'a/1.png', classIndex: 1 }] },
    { val: spec.test, test: [] },
  ];
  for (const change of changes) expect(fingerprint({ ...spec, ...change })).not.toBe(fingerprint(spec));
});
