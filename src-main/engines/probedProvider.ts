import type { Device } from './engine.ts';

/** What networks may run on, and what opening it showed. */
export interface ProbedProvider {
  readonly name: Device;
  /** A device could be opened and its self-test agreed with the CPU. */
  readonly usable: boolean;
  /** `optional`: not installed, and can be. `elsewhere`: not made for this system. null: it is there. */
  readonly absent: 'optional' | 'elsewhere' | null;
  /** The processor's or the GPU's name. */
  readonly device: string;
  /** A software GPU: correct, but slower than the CPU. */
  readonly software: boolean;
  /** Why it is not usable, or a remark. */
  readonly note: string | null;
  /** What installs it, as a command. */
  readonly how: string | null;
  /** Training speed of the network that was asked for; null where it is not usable, or a software GPU. */
  readonly imagesPerSecond: number | null;
}

/** Why there is nothing to open. */
export interface Absence {
  readonly absent: 'optional' | 'elsewhere';
  readonly note: string;
  readonly how: string | null;
}
