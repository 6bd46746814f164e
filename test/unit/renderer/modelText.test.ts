import { expect, it } from 'vitest';
import { fileName } from '../../../src-renderer/models/modelText.ts';

it.each([
  ['crc5 · ResNet-18 · seed 1', 'crc5-ResNet-18-seed-1.onnx'],
  ['../../etc/passwd', '..-..-etc-passwd.onnx'],
  ['Gewebe Größe', 'Gewebe-Größe.onnx'],
  ['···', 'model.onnx'],
])('suggests for the model “%s” the file %s', (name, file) => {
  expect(fileName({ name }, 'onnx')).toBe(file);
});
