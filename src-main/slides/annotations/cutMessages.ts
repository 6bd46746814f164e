/** Patches of a slide that a thread shall cut. */
export interface CutTask {
  readonly slideFile: string;
  /** Side of a patch in its own pixels, */
  readonly patchSize: number;
  /** and in level-0 pixels. */
  readonly side: number;
  /** Of the patches, in level-0 pixels: x, y, x, y, … */
  readonly corners: Int32Array;
}

export interface CutResult {
  /** Of the patches that could be read, one after the other: [patchSize, patchSize, 3] each. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** SHA-256 of each patch's pixels; null: it lies on a damaged tile. */
  readonly hashes: readonly (string | null)[];
  /** Why, for each of these. */
  readonly reasons: readonly (string | null)[];
}
