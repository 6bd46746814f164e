import { describe, expect, it } from 'vitest';
import { automatic, fastest, problemWith } from '../../../src-main/backend/hardware/devices.ts';
import { summarise } from '../../../src-main/backend/hardware/summarise.ts';
import type { Provider } from '../../../src-main/contract/values/hardware.ts';
import type { Device } from '../../../src-main/contract/values/run.ts';
import { probed } from './tasks.ts';

const software = { ...probed('webgpu', 1), software: true, imagesPerSecond: null };

describe('the fastest device', () => {
  const cases: [what: string, providers: Provider[], expected: string][] = [
    [
      'is the one with the most images per second',
      [probed('cpu', 40), probed('webgpu', 400), probed('cuda', 300)],
      'webgpu',
    ],
    ['is no software GPU', [probed('cpu', 40), software], 'cpu'],
    ['is none that is not usable', [probed('cpu', 40), { ...probed('webgpu', 400), usable: false }], 'cpu'],
    [
      'is the processor where another is faster by no more than noise',
      [probed('cpu', 40), probed('coreml', 43)],
      'cpu',
    ],
    ['is the processor where nothing works', [probed('webgpu', null)], 'cpu'],
  ];
  it.each(cases)('%s', (_, providers, expected) => expect(fastest(providers)).toBe(expected));
});

describe('“auto”', () => {
  const providers = [
    probed('cpu', 40),
    probed('webgpu', 400),
    probed('tensorflow', 900),
    probed('cuda', null),
  ];
  it('is the fastest, for finished models the fastest that runs them', () => {
    expect(automatic(providers, 'auto')).toEqual({ auto: 'tensorflow', autoInference: 'webgpu' });
  });
  it('is what the user chose, as long as that works', () => {
    expect(automatic(providers, 'cpu')).toEqual({ auto: 'cpu', autoInference: 'cpu' });
    expect(automatic(providers, 'tensorflow')).toEqual({ auto: 'tensorflow', autoInference: 'webgpu' });
    expect(automatic(providers, 'cuda')).toEqual({ auto: 'tensorflow', autoInference: 'webgpu' });
  });
  it('may be a software GPU where the user wants it', () => {
    expect(automatic([probed('cpu', 40), software], 'webgpu').auto).toBe('webgpu');
  });
});

describe('the hardware sentence', () => {
  const sentence = (providers: Provider[], defaultDevice: Device = 'auto') =>
    summarise({
      ...{ cpu: 'Some CPU', cores: 2, providers, defaultDevice, fastest: fastest(providers) },
      ...automatic(providers, defaultDevice),
    });
  it('says whether a GPU is used', () => {
    expect(sentence([probed('cpu', 40), probed('webgpu', 400)])).toBe(
      'Training and classification run on the graphics card (WebGPU): Test WEBGPU.',
    );
    expect(sentence([probed('cpu', 40), probed('webgpu', null)])).toMatch(
      /^No GPU is used.*Some CPU, 2 cores/,
    );
    expect(sentence([probed('cpu', 40), software])).toMatch(/software GPU.*processor/);
    expect(sentence([probed('cpu', 40), probed('tensorflow', 400)])).toMatch(
      /Training.*TensorFlow.*classification.*CPU/,
    );
  });
  it('says what another choice would bring, and when a choice cannot be followed', () => {
    expect(sentence([probed('cpu', 40), probed('webgpu', 400)], 'cpu')).toMatch(
      /WebGPU.*not used.*10\.0 times as fast/,
    );
    expect(sentence([probed('cpu', 40), probed('webgpu', null)], 'webgpu')).toMatch(
      /cannot use the graphics card \(WebGPU\)\. No such card\. It was chosen as default/,
    );
  });
});

it('says why a device cannot be used', () => {
  expect(problemWith([probed('cpu', 40)], 'cpu')).toBeNull();
  expect(problemWith([probed('cuda', null)], 'cuda')).toBe(
    'This computer cannot use the NVIDIA card (CUDA). No such card.',
  );
});
