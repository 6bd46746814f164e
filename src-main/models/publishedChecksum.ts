import path from 'node:path';

/**
 * How torchvision, timm and torch.hub call published ResNets: "resnet18-f37072fd.pth", where the digits are the first of the content's
 * SHA-256. A browser may add " (1)".
 */
const PUBLISHED = /resnet.*-([0-9a-f]{8})(?: ?\(\d+\))?\.(?:pth|pt)$/i;

/** The first digits of SHA-256 that a file's name promises; null: it promises none. */
export function publishedChecksum(file: string): string | null {
  return PUBLISHED.exec(path.basename(file))?.[1]?.toLowerCase() ?? null;
}
