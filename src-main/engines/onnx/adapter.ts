import { graphicsCards, SOFTWARE_RENDERER } from '../../base/graphicsCards.ts';

/** What drives WebGPU on this computer, as far as the operating system tells; ONNX Runtime itself does not say. */
export interface Adapter {
  readonly name: string;
  /** The processor plays the GPU: correct, but slower than using the processor directly. */
  readonly software: boolean;
}

/** For what opens no software renderer. */
export async function anyCard(): Promise<Adapter> {
  return { name: (await graphicsCards()).join(', '), software: false };
}

export async function findAdapter(): Promise<Adapter> {
  const names = await graphicsCards();
  const hardware = names.filter((name) => !SOFTWARE_RENDERER.test(name));
  if (hardware.length > 0) return { name: hardware.join(', '), software: false };
  return { name: names[0] ?? 'software renderer', software: true };
}
