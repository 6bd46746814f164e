import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { Random } from '../../base/random.ts';
import { renderPatch } from '../../data/synthetic/patch.ts';
import { createPlane, TISSUES } from '../../data/synthetic/tissues.ts';

const COUNT = 320;
/** Gives files of about 15 kB, as photographed tissue of 224 px has. */
const QUALITY = 92;

/** Calls `use` with a temporary folder of synthetic patches as JPEG files. @throws the signal's reason when aborted */
export async function withPatches<Result>(
  side: number,
  signal: AbortSignal,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tessera-bench-'));
  try {
    const plane = createPlane(1, 'bench');
    for (let i = 0; i < COUNT; i++) {
      signal.throwIfAborted();
      const { data, width, height } = renderPatch(
        i % TISSUES.length,
        side,
        plane,
        Random.from(1, 'bench', i),
      );
      await sharp(data, { raw: { width, height, channels: 3 } })
        .jpeg({ quality: QUALITY })
        .toFile(path.join(folder, `${String(i).padStart(3, '0')}.jpg`));
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
