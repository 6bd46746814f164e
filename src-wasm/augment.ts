/*
 * The inner loops of augmentation in AssemblyScript, four pixels at a time (WebAssembly SIMD). Compiled by `npm run build:wasm` into
 * resources/augment.wasm, which is committed, so that nobody needs the compiler; src-main/data/augmentation/ calls it and describes what each
 * function means. Images are interleaved bytes [side, side, 3], planes are float32 [3, pixels] of 0–1, both at the address given.
 * The number of pixels is filled up to a multiple of four: `planes` are `stride` floats apart.
 */

/** Bytes of three neighbouring channels as floats; the fourth lane is whatever follows. */
// @ts-ignore: decorator
@inline
function rgbAt(address: usize): v128 {
  const bytes = v128.load32_zero(address);
  return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes)));
}

/** Mirrors a coordinate into 0 … last about the first and the last pixel's centres. */
// @ts-ignore: decorator
@inline
function reflect(position: f32, last: f32): f32 {
  if (last == 0) return 0;
  const period: f32 = last + last;
  const wrapped: f32 = position - period * Mathf.floor(position / period);
  return wrapped > last ? period - wrapped : wrapped;
}

/** Bilinear resampling: the source of pixel (x, y) is (x0 + a·x + b·y, y0 + c·x + d·y). */
export function resample(
  rgb: usize,
  side: i32,
  x0: f32,
  y0: f32,
  a: f32,
  b: f32,
  c: f32,
  d: f32,
  planes: usize,
  stride: i32,
): void {
  const last = side - 1;
  const lastF = <f32>last;
  const row = side * 3;
  const green = <usize>stride * 4;
  const scale: f32 = 1.0 / 255.0;
  let out = planes;
  for (let y = 0; y < side; y++) {
    const rowX = x0 + b * <f32>y;
    const rowY = y0 + d * <f32>y;
    for (let x = 0; x < side; x++) {
      let sx = rowX + a * <f32>x;
      let sy = rowY + c * <f32>x;
      if (!(sx >= 0 && sx <= lastF)) sx = reflect(sx, lastF);
      if (!(sy >= 0 && sy <= lastF)) sy = reflect(sy, lastF);
      const left = <i32>sx;
      const top = <i32>sy;
      const fx = sx - <f32>left;
      const fy = sy - <f32>top;
      const at = rgb + <usize>(top * row + left * 3);
      const right: usize = left < last ? 3 : 0;
      const below: usize = top < last ? <usize>row : 0;
      const w11 = fx * fy * scale;
      const w10 = fy * scale - w11;
      const w01 = fx * scale - w11;
      const w00 = scale - w01 - w10 - w11;
      let sum = f32x4.mul(f32x4.splat(w00), rgbAt(at));
      sum = f32x4.add(sum, f32x4.mul(f32x4.splat(w01), rgbAt(at + right)));
      sum = f32x4.add(sum, f32x4.mul(f32x4.splat(w10), rgbAt(at + below)));
      sum = f32x4.add(sum, f32x4.mul(f32x4.splat(w11), rgbAt(at + below + right)));
      store<f32>(out, f32x4.extract_lane(sum, 0));
      store<f32>(out + green, f32x4.extract_lane(sum, 1));
      store<f32>(out + 2 * green, f32x4.extract_lane(sum, 2));
      out += 4;
    }
  }
}

/** Bytes → planes of 0–1. */
export function toPlanes(rgb: usize, pixels: i32, planes: usize, stride: i32): void {
  const green = <usize>stride * 4;
  const scale = f32x4.splat(1.0 / 255.0);
  for (let i = 0; i < pixels; i++) {
    const value = f32x4.mul(rgbAt(rgb + <usize>i * 3), scale);
    const out = planes + <usize>i * 4;
    store<f32>(out, f32x4.extract_lane(value, 0));
    store<f32>(out + green, f32x4.extract_lane(value, 1));
    store<f32>(out + 2 * green, f32x4.extract_lane(value, 2));
  }
}

// @ts-ignore: decorator
@inline
function clamped(value: v128): v128 {
  return f32x4.min(f32x4.max(value, f32x4.splat(0)), f32x4.splat(1));
}

/** ITU-R 601 luma with torchvision's rounded weights. */
// @ts-ignore: decorator
@inline
function luma(red: v128, green: v128, blue: v128): v128 {
  const sum = f32x4.add(
    f32x4.mul(f32x4.splat(0.2989), red),
    f32x4.mul(f32x4.splat(0.587), green),
  );
  return f32x4.add(sum, f32x4.mul(f32x4.splat(0.114), blue));
}

/** clamp(factor · value + offset) of every value. */
export function blend(planes: usize, stride: i32, factor: f32, offset: f32): void {
  const end = planes + <usize>stride * 12;
  for (let at = planes; at < end; at += 16)
    v128.store(
      at,
      clamped(f32x4.add(f32x4.mul(f32x4.splat(factor), v128.load(at)), f32x4.splat(offset))),
    );
}

/** Mean of the grey values. What fills the planes up has to be 0. */
export function meanGrey(planes: usize, stride: i32, pixels: i32): f64 {
  const plane = <usize>stride * 4;
  let sum: f64 = 0;
  let at = planes;
  const end = planes + plane;
  while (at < end) {
    // A short sum in float32, then a long one in float64, which loses no digits.
    const part = at + 1024 < end ? at + 1024 : end;
    let lanes = f32x4.splat(0);
    for (; at < part; at += 16)
      lanes = f32x4.add(lanes, luma(v128.load(at), v128.load(at + plane), v128.load(at + 2 * plane)));
    sum += <f64>f32x4.extract_lane(lanes, 0) + <f64>f32x4.extract_lane(lanes, 1);
    sum += <f64>f32x4.extract_lane(lanes, 2) + <f64>f32x4.extract_lane(lanes, 3);
  }
  return sum / <f64>pixels;
}

/** Blends every pixel with its own grey. */
export function saturate(planes: usize, stride: i32, factor: f32): void {
  const plane = <usize>stride * 4;
  const own = f32x4.splat(factor);
  const other = f32x4.splat(1 - factor);
  const end = planes + plane;
  for (let at = planes; at < end; at += 16) {
    const red = v128.load(at);
    const green = v128.load(at + plane);
    const blue = v128.load(at + 2 * plane);
    const grey = f32x4.mul(other, luma(red, green, blue));
    v128.store(at, clamped(f32x4.add(f32x4.mul(own, red), grey)));
    v128.store(at + plane, clamped(f32x4.add(f32x4.mul(own, green), grey)));
    v128.store(at + 2 * plane, clamped(f32x4.add(f32x4.mul(own, blue), grey)));
  }
}

/** min + (value between 0 and chroma). */
// @ts-ignore: decorator
@inline
function channel(min: v128, value: v128, chroma: v128): v128 {
  return f32x4.add(min, f32x4.min(f32x4.max(value, f32x4.splat(0)), chroma));
}

/** Shifts the hue by `shift`, 0–6: the hue times the chroma is turned, which saves a division (colour.ts says how). */
export function turnHue(planes: usize, stride: i32, shift: f32): void {
  const plane = <usize>stride * 4;
  const end = planes + plane;
  for (let at = planes; at < end; at += 16) {
    const red = v128.load(at);
    const green = v128.load(at + plane);
    const blue = v128.load(at + 2 * plane);
    const max = f32x4.max(f32x4.max(red, green), blue);
    const min = f32x4.min(f32x4.min(red, green), blue);
    const chroma = f32x4.sub(max, min);
    const twice = f32x4.add(chroma, chroma);
    const fourfold = f32x4.add(twice, twice);
    const whole = f32x4.add(fourfold, twice);
    const fromGreen = f32x4.add(f32x4.sub(blue, red), twice);
    const fromBlue = f32x4.add(f32x4.sub(red, green), fourfold);
    let hue = v128.bitselect(fromGreen, fromBlue, f32x4.eq(max, green));
    hue = v128.bitselect(f32x4.sub(green, blue), hue, f32x4.eq(max, red));
    hue = f32x4.add(hue, f32x4.mul(f32x4.splat(shift), chroma));
    const below = f32x4.lt(hue, f32x4.splat(0));
    const beyond = f32x4.ge(hue, whole);
    hue = f32x4.add(hue, v128.and(below, whole));
    hue = f32x4.sub(hue, v128.and(v128.andnot(beyond, below), whole));
    const threefold = f32x4.add(twice, chroma);
    const r = f32x4.sub(f32x4.abs(f32x4.sub(hue, threefold)), chroma);
    const g = f32x4.sub(twice, f32x4.abs(f32x4.sub(hue, twice)));
    const b = f32x4.sub(twice, f32x4.abs(f32x4.sub(hue, fourfold)));
    v128.store(at, channel(min, r, chroma));
    v128.store(at + plane, channel(min, g, chroma));
    v128.store(at + 2 * plane, channel(min, b, chroma));
  }
}

/** (value − mean) · scale of one plane. */
export function normalise(plane: usize, stride: i32, mean: f32, scale: f32): void {
  const end = plane + <usize>stride * 4;
  for (let at = plane; at < end; at += 16)
    v128.store(at, f32x4.mul(f32x4.sub(v128.load(at), f32x4.splat(mean)), f32x4.splat(scale)));
}
