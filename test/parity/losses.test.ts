import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Loss } from '../../src-main/graph/losses/loss.ts';
import { decodeSafetensors } from '../../src-main/models/safetensors.ts';
import { deviation } from './fixture.ts';
import { lossAndGradient } from './lossModel.ts';

/*
 * Against PyTorch in float64, in units of the largest expected value. PyTorch's own float32 deviates by up to 8e-8 and 1.5e-7
 * (`float32Deviation` in the fixture): single roundings, which other orders of summing double or triple.
 */
const TOLERANCE = { loss: 5e-7, gradient: 5e-7 };

const file = (extension: string) => readFileSync(new URL(`fixtures/losses.${extension}`, import.meta.url));
const cases: Record<string, { shape: number[]; loss: Loss }> = JSON.parse(file('json').toString());
const { tensors } = decodeSafetensors(file('safetensors'));

it.each(Object.entries(cases))('%s: loss and gradient agree with PyTorch', async (name, { shape, loss }) => {
  const data = (key: string) => tensors.get(`${name}.${key}`)?.data as Float32Array;
  const actual = await lossAndGradient(loss, shape, data('logits'), data('targets'));
  expect(deviation([actual.loss], data('loss'))).toBeLessThan(TOLERANCE.loss);
  expect(deviation(actual.gradient, data('gradient'))).toBeLessThan(TOLERANCE.gradient);
});
