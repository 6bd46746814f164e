import { expect, it } from 'vitest';
import type { Provider } from '../../../src-main/contract/values/hardware.ts';
import { elsewhere, remark, stateOf } from '../../../src-renderer/hardware/providerText.ts';
import { deviceChoices, deviceLabel } from '../../../src-renderer/train/devices.ts';

const base = { absent: null, device: '', software: false, note: null, how: null, imagesPerSecond: null };
const cpu: Provider = { ...base, name: 'cpu', usable: true, device: 'Some CPU', imagesPerSecond: 40 };
const webgpu: Provider = { ...base, name: 'webgpu', usable: false, note: 'no driver was found' };
const cuda: Provider = { ...base, name: 'cuda', usable: false, absent: 'optional', note: 'not installed' };
const dml: Provider = { ...base, name: 'dml', usable: false, absent: 'elsewhere', note: 'only on Windows' };
const coreml: Provider = {
  ...base,
  name: 'coreml',
  usable: false,
  absent: 'elsewhere',
  note: 'only on macOS',
};
const providers = [cpu, webgpu, cuda, dml, coreml];

it('says in a word or two what the state of a device is', () => {
  const states = [cpu, { ...webgpu, usable: true }, webgpu, cuda].map(
    (one) => stateOf(one, { auto: 'cpu' }).text,
  );
  expect(states).toEqual(['in use', 'works', 'not usable', 'not installed']);
});

it('says what there is to know of it', () => {
  expect(remark(webgpu)).toBe('No driver was found.');
  expect(remark({ ...webgpu, usable: true, note: null })).toBe('Its self-test agreed with the processor.');
  expect(elsewhere(providers)).toBe(
    'Not made for this system: DirectML (only on Windows), Core ML (only on macOS).',
  );
  expect(elsewhere([cpu])).toBeNull();
});

it('offers a run what is usable here, and says why the rest is not', () => {
  expect(deviceChoices({ auto: 'cpu', providers })).toEqual([
    { value: 'auto', label: 'Automatic', hint: 'now the processor (CPU)' },
    { value: 'cpu', label: 'Processor (CPU)', hint: 'Some CPU', disabled: false },
    { value: 'webgpu', label: 'Graphics card (WebGPU)', hint: 'No driver was found.', disabled: true },
    { value: 'cuda', label: 'NVIDIA card (CUDA)', hint: 'Not installed.', disabled: true },
  ]);
  expect(deviceChoices(null)).toEqual([{ value: 'auto', label: 'Automatic' }]);
});

it('names the device of a run, also one that it does not know', () => {
  expect([deviceLabel('auto'), deviceLabel('coreml'), deviceLabel('CPU')]).toEqual([
    'Automatic',
    'Apple chip (Core ML)',
    'CPU',
  ]);
});
