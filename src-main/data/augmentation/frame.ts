import { readFileSync } from 'node:fs';

/** What `src-wasm/augment.ts` exports; addresses are bytes in its memory. */
interface Kernels {
  resample(
    rgb: number,
    side: number,
    x0: number,
    y0: number,
    a: number,
    b: number,
    c: number,
    d: number,
    planes: number,
    stride: number,
  ): void;
  toPlanes(rgb: number, pixels: number, planes: number, stride: number): void;
  blend(planes: number, stride: number, factor: number, offset: number): void;
  meanGrey(planes: number, stride: number, pixels: number): number;
  saturate(planes: number, stride: number, factor: number): void;
  turnHue(planes: number, stride: number, shift: number): void;
  normalise(plane: number, stride: number, mean: number, scale: number): void;
}

const memory = new WebAssembly.Memory({ initial: 1 });
const compiled = new WebAssembly.Module(
  readFileSync(new URL('../../../resources/augment.wasm', import.meta.url)),
);
const kernels = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Kernels;

const PAGE_BYTES = 65_536;
/** Four pixels are computed at a time. */
const LANES = 4;

/**
 * One square image in the memory of the compiled loops, as bytes [side, side, 3] and as planes [3, side, side] of 0–1. There is one
 * such memory per thread, so a frame is used up before the next one is made.
 */
export class Frame {
  readonly side: number;
  readonly #pixels: number;
  /** Pixels of a plane, filled up to whole vectors. */
  readonly #stride: number;
  /** Where the planes begin; the bytes begin at 0, and a few beyond the last are read. */
  readonly #planes: number;

  constructor(side: number) {
    this.side = side;
    this.#pixels = side * side;
    this.#stride = Math.ceil(this.#pixels / LANES) * LANES;
    this.#planes = Math.ceil((3 * this.#pixels + 16) / 16) * 16;
    const missing = this.#planes + 12 * this.#stride - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    for (const plane of this.#eachPlane(this.#stride)) plane.fill(0, this.#pixels);
  }

  /** @param rgb interleaved bytes [side, side, 3] */
  setBytes(rgb: Uint8Array): this {
    new Uint8Array(memory.buffer, 0, 3 * this.#pixels).set(rgb);
    return this;
  }

  /** @param planes [3, side, side] */
  setPlanes(planes: Float32Array): this {
    for (const [i, plane] of this.#eachPlane().entries())
      plane.set(planes.subarray(i * this.#pixels, (i + 1) * this.#pixels));
    return this;
  }

  /** @param planes receives [3, side, side] */
  getPlanes(planes: Float32Array): void {
    for (const [i, plane] of this.#eachPlane().entries()) planes.set(plane, i * this.#pixels);
  }

  /** Bytes → planes, each pixel from where it is. */
  toPlanes(): void {
    kernels.toPlanes(0, this.#pixels, this.#planes, this.#stride);
  }

  /** Bytes → planes: pixel (x, y) is taken from (x0 + a·x + b·y, y0 + c·x + d·y), bilinearly, beyond the border mirrored. */
  resample(x0: number, y0: number, a: number, b: number, c: number, d: number): void {
    kernels.resample(0, this.side, x0, y0, a, b, c, d, this.#planes, this.#stride);
  }

  /** factor · value + offset, clamped to 0–1. */
  blend(factor: number, offset: number): void {
    kernels.blend(this.#planes, this.#stride, factor, offset);
    // The filling has to stay black, for the next mean.
    for (const plane of this.#eachPlane(this.#stride)) plane.fill(0, this.#pixels);
  }

  /** Mean of the pixels' luma (ITU-R 601). */
  meanGrey(): number {
    return kernels.meanGrey(this.#planes, this.#stride, this.#pixels);
  }

  /** Blends every pixel with its own grey. */
  saturate(factor: number): void {
    kernels.saturate(this.#planes, this.#stride, factor);
  }

  /** @param shift of the hue, 0–6 */
  turnHue(shift: number): void {
    kernels.turnHue(this.#planes, this.#stride, shift);
  }

  /** (value − mean) · scale of one channel. */
  normalise(channel: number, mean: number, scale: number): void {
    kernels.normalise(this.#planes + 4 * channel * this.#stride, this.#stride, mean, scale);
  }

  #eachPlane(length = this.#pixels): Float32Array[] {
    return [0, 1, 2].map((i) => new Float32Array(memory.buffer, this.#planes + 4 * i * this.#stride, length));
  }
}
