import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { UserError } from '../../../src-main/base/errors.ts';
import { openSlide } from '../../../src-main/slides/open.ts';
import { REAL_DATA } from '../../support/realData.ts';
import { realSlide, temporaryFolder, testImage, writeTiff } from '../../support/slides.ts';

const folder = temporaryFolder();

/** Opens a file and reads everything that the viewer could ask for. @returns how far it came */
async function useAll(file: string): Promise<'refused' | 'some tiles damaged' | 'read'> {
  const outcome = { damaged: 0 };
  const expectWords = (error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    outcome.damaged++;
  };
  const slide = await openSlide(file).catch((error: unknown) => {
    expectWords(error);
    return null;
  });
  if (!slide) return 'refused';
  for (const name of slide.info.associated) await slide.associated(name).catch(expectWords);
  await slide.thumbnail(256).catch(expectWords);
  for (const [level, { width, height, tileWidth, tileHeight }] of slide.info.levels.entries())
    for (const column of [0, Math.ceil(width / tileWidth) - 1])
      for (const row of [0, Math.ceil(height / tileHeight) - 1])
        await slide.tile(level, column, row).catch(expectWords);
  await slide.close();
  return outcome.damaged > 0 ? 'some tiles damaged' : 'read';
}

/**
 * Copies cut off at even steps, and copies with random bits flipped: in the first bytes, where the header is, and
 * anywhere.
 */
function* damagedCopies(bytes: Buffer, truncations: number, flips: number): Generator<Buffer> {
  for (let i = 0; i < truncations; i++) yield bytes.subarray(0, Math.floor((bytes.length * i) / truncations));
  const random = Random.from(11, 'damage');
  for (let i = 0; i < flips; i++) {
    const copy = Buffer.from(bytes);
    // Directories stand at either end of a file, pixels between.
    const places = [
      random.integer(512),
      bytes.length - 1 - random.integer(2048),
      random.integer(bytes.length),
    ];
    const place = places[i % 3] ?? 0;
    for (let flipped = 0; flipped < 4; flipped++) {
      const at = Math.min(bytes.length - 1, Math.max(0, place + random.integer(64)));
      copy.writeUInt8(copy.readUInt8(at) ^ (1 << random.integer(8)), at);
    }
    yield copy;
  }
}

async function outcomesOf(source: string, truncations: number, flips: number) {
  const outcomes = { refused: 0, 'some tiles damaged': 0, read: 0 };
  let index = 0;
  for (const copy of damagedCopies(readFileSync(source), truncations, flips)) {
    const file = path.join(folder, `damaged ${path.basename(source)}`);
    writeFileSync(file, copy);
    outcomes[await useAll(file)]++;
    index++;
  }
  expect(index).toBe(truncations + flips);
  return outcomes;
}

describe('damaged slides are refused in words or shown in part, and never crash', () => {
  it('a synthetic pyramid: 60 truncations, 90 flips', async () => {
    const file = path.join(folder, 'pyramid.tif');
    await writeTiff(file, testImage(200, 150), { compression: 'jpeg' });
    const outcomes = await outcomesOf(file, 60, 90);
    expect(outcomes.refused).toBeGreaterThanOrEqual(60); // every truncation at least
    expect(outcomes.read).toBeGreaterThan(0);
  });

  it.skipIf(!REAL_DATA).each([
    ['CMU-1-Small-Region.svs', 30, 60],
    ['openslide-python-fixtures/boxes.tiff', 40, 60],
  ])(
    '%s: %i truncations, %i flips',
    async (name, truncations, flips) => {
      const outcomes = await outcomesOf(realSlide(name), truncations, flips);
      expect(outcomes.refused).toBeGreaterThanOrEqual(truncations);
    },
    120_000,
  );
});
