import { maskShares, type ClassShare } from './maskShares.ts';

/** Fetches a mask and reads its classes. @throws when it cannot be fetched */
export async function readShares(url: string, classes: number): Promise<ClassShare[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The mask could not be read (${response.status}).`);
  const bitmap = await createImageBitmap(await response.blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (!canvas) return [];
  canvas.drawImage(bitmap, 0, 0);
  return maskShares(canvas.getImageData(0, 0, bitmap.width, bitmap.height).data, classes);
}
