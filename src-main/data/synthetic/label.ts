/** The letters of the mark, 5 x 7 dots, one number per row, the highest bit on the left. */
const LETTERS: Readonly<Record<string, readonly number[]>> = {
  S: [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
  Y: [0b10001, 0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b00100],
  N: [0b10001, 0b11001, 0b10101, 0b10101, 0b10011, 0b10001, 0b10001],
  T: [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
  H: [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
  E: [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
  I: [0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
  C: [0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110],
};

const TEXT = 'SYNTHETIC';
const ADVANCE = 6;
/** Neutral and light, so that no tissue detector takes it for tissue. */
const INK = 196;

/**
 * Burns the word SYNTHETIC into the glass at the slide's lower left, in rows `top` … of the slide.
 * @param rgb whole rows of the slide, interleaved bytes
 */
export function burnLabel(rgb: Uint8Array, side: number, top: number): void {
  const dot = Math.max(1, Math.round(side / 360));
  const [left, first] = [Math.round(side * 0.02), Math.round(side * 0.98) - 7 * dot];
  const rows = rgb.length / (side * 3);
  for (let row = Math.max(top, first); row < Math.min(top + rows, first + 7 * dot); row++) {
    const line = Math.floor((row - first) / dot);
    for (let x = 0; x < TEXT.length * ADVANCE * dot; x++) {
      const column = Math.floor(x / dot);
      const bits = LETTERS[TEXT[Math.floor(column / ADVANCE)] ?? '']?.[line] ?? 0;
      const at = ((row - top) * side + left + x) * 3;
      if ((bits >> (4 - (column % ADVANCE))) & 1) rgb.fill(INK, at, at + 3);
    }
  }
}
