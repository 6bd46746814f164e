import { UserError } from '../base/errors.ts';

/** What a tile of a slide holds cannot be decoded. The slide's other tiles may still be used. */
export class DamagedTileError extends UserError {
  /** Which one, to go on in a sentence: "the tile in column 3, row 4 of level 0 is damaged". */
  readonly tile: string;

  constructor(path: string, level: number, column: number, row: number, reason: string) {
    const where = `tile in column ${column}, row ${row} of level ${level}`;
    super(`The ${where} of ${path} is damaged (${reason}). Copy the file again, or scan the slide anew.`);
    this.tile = `the ${where} is damaged`;
  }
}

/** A rectangle in level-0 pixels that a damaged tile leaves unknown. */
export interface DamagedArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly error: DamagedTileError;
}

/** Told of each part that a damaged tile leaves grey. */
export type OnDamage = (area: DamagedArea) => void;
