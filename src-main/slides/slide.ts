import type { SlideLevel } from '../contract/values/slide.ts';
import type { OnDamage } from './damagedTile.ts';

/** 8-bit RGB, interleaved, row-major: `data` has width * height * 3 bytes. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface SlideInfo {
  /** The file's name without its folder. */
  readonly name: string;
  /** e.g. "Aperio SVS", "Tiled TIFF". */
  readonly format: string;
  /** Level-0 pixels. */
  readonly width: number;
  readonly height: number;
  /** Microns per pixel of level 0 as the file states it; null where it does not. */
  readonly mpp: number | null;
  /** Finest first; the last ones may be synthesised (see pyramid.ts). */
  readonly levels: readonly SlideLevel[];
  /** Names of the associated images, e.g. "label", "macro". */
  readonly associated: readonly string[];
}

/** A rectangle of a slide at a resolution. */
export interface Region {
  /** Top left corner in level-0 pixels; may lie outside the slide. */
  readonly x: number;
  readonly y: number;
  /** Size of the output in pixels. */
  readonly width: number;
  readonly height: number;
  /** Level-0 pixels per output pixel. */
  readonly downsample: number;
}

/** What the rest of Tessera does with a slide, whatever its format. */
export interface OpenSlide {
  readonly info: SlideInfo;
  /**
   * A tile as JPEG, cropped at the right and bottom edges to what the level holds; passed through undecoded where
   * possible.
   * @throws RangeError outside the level; DamagedTileError
   */
  tile(level: number, column: number, row: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** The whole slide as JPEG, at most `side` pixels on the longer side. */
  thumbnail(side: number): Promise<Uint8Array>;
  /** @throws UserError when the slide has no such image or it is damaged */
  associated(name: string): Promise<Uint8Array>;
  /**
   * Pixels for computing. Reads the coarsest level that is at least as fine as wanted and scales it with a Lanczos
   * kernel; white outside the slide. The corner is rounded to whole pixels of the level that is read.
   * @param onDamage told of each part that is grey because it is damaged in this and all finer levels; by default that throws
   * @throws DamagedTileError
   */
  readRegion(region: Region, signal?: AbortSignal, onDamage?: OnDamage): Promise<RgbImage>;
  close(): Promise<void>;
}

/** A resolution stored in (or derived from) a file, as tiles. Formats implement it. */
export interface TileLevel {
  readonly width: number;
  readonly height: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** The whole tile, tileWidth x tileHeight RGB, also at the edges (what lies outside the level is undefined there). */
  decode(column: number, row: number): Promise<Uint8Array>;
  /** The tile's JPEG as a browser reads it, without decoding; null where the file does not hold one. */
  storedJpeg(column: number, row: number): Promise<Uint8Array | null>;
}

/** What a format knows about a file: everything above it is the same for all formats. */
export interface SlideSource {
  readonly format: string;
  readonly mpp: number | null;
  /** Finest first, at least one. */
  readonly levels: readonly TileLevel[];
  /** Each as JPEG. */
  readonly associated: ReadonlyMap<string, () => Promise<Uint8Array>>;
  close(): Promise<void>;
}
