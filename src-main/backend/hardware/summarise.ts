import type { Provider } from '../../contract/values/hardware.ts';

/** One plain sentence: whether a GPU is used, and what that means. */
export function summarise(providers: readonly Provider[], cpu: string, cores: number): string {
  const gpu = providers.find(({ name }) => name === 'webgpu');
  if (gpu?.usable && !gpu.software) return `Training and classification run on the GPU (${gpu.device}).`;
  const processor = `the processor (${cpu}, ${cores} cores)`;
  const meaning = `A run on a few dozen labels per class takes minutes there; larger ones take hours.`;
  if (gpu?.usable)
    return `Only a software GPU was found, which is slower than ${processor}: everything runs on the processor. ${meaning}`;
  return `No GPU is used: everything runs on ${processor}. ${meaning}`;
}
