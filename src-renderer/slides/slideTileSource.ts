import OpenSeadragon from 'openseadragon';
import { imageRoutes } from '../../src-main/contract/images.ts';
import type { Slide, SlideLevel } from '../../src-main/contract/values/slide.ts';
import { imageUrl } from '../api/client.ts';

const { Point, Rect } = OpenSeadragon;

/**
 * A slide's levels as OpenSeadragon wants them. OpenSeadragon counts levels from the coarsest (0) and expects each to be
 * half of the next; a slide counts from the finest and its levels have whatever sizes the file holds. Positions are
 * computed per axis from each level's own size, so that a rounded-down level does not shift its tiles.
 */
export function slideTileSource(slide: Slide): OpenSeadragon.TileSource {
  const { id, width, height, levels } = slide;
  const coarsestFirst = levels.toReversed();
  const level = (index: number): SlideLevel => {
    const found = coarsestFirst[index];
    if (!found) throw new Error(`The slide has no level ${index}.`);
    return found;
  };
  const source = new OpenSeadragon.TileSource({
    width,
    height,
    tileWidth: levels[0]?.tileWidth ?? 256,
    tileHeight: levels[0]?.tileHeight ?? 256,
    minLevel: 0,
    maxLevel: levels.length - 1,
  });
  /** Height of the slide in OpenSeadragon's coordinates, in which its width is 1. */
  const tall = height / width;
  return Object.assign(source, {
    getTileWidth: (index: number) => level(index).tileWidth,
    getTileHeight: (index: number) => level(index).tileHeight,
    getLevelScale: (index: number) => (index in coarsestFirst ? 1 / level(index).downsample : 0),
    getNumTiles: (index: number) => tilesOf(level(index)),
    getTileAtPoint(index: number, point: OpenSeadragon.Point) {
      const at = level(index);
      const last = tilesOf(at);
      return new Point(
        clamp(Math.floor((point.x * at.width) / at.tileWidth), last.x - 1),
        clamp(Math.floor(((point.y / tall) * at.height) / at.tileHeight), last.y - 1),
      );
    },
    /** Tiles at the right and lower edge are cut where the level ends, though the file may store them padded. */
    getTileBounds(index: number, column: number, row: number, isSource = false) {
      const at = level(index);
      const x = column * at.tileWidth;
      const y = row * at.tileHeight;
      const w = Math.min(at.tileWidth, at.width - x);
      const h = Math.min(at.tileHeight, at.height - y);
      if (isSource) return new Rect(0, 0, w, h);
      return new Rect(x / at.width, (y / at.height) * tall, w / at.width, (h / at.height) * tall);
    },
    getTileUrl: (index: number, column: number, row: number) =>
      imageUrl(imageRoutes.slideTile(id, levels.length - 1 - index, column, row)),
  });
}

const tilesOf = ({ width, height, tileWidth, tileHeight }: SlideLevel): OpenSeadragon.Point =>
  new Point(Math.ceil(width / tileWidth), Math.ceil(height / tileHeight));

const clamp = (value: number, most: number): number => Math.max(0, Math.min(value, most));
