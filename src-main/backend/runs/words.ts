import type { RunConfig } from '../../contract/values/run.ts';

const names = { resnet18: 'ResNet-18', resnet34: 'ResNet-34', resnet50: 'ResNet-50' } as const;

/** e.g. "ResNet-18", or "ResNet-18 (width 16)" where it is not the standard one. */
export function networkName({ architecture, width }: Pick<RunConfig, 'architecture' | 'width'>): string {
  return width === 64 ? names[architecture] : `${names[architecture]} (width ${width})`;
}

/** e.g. "crc5 · ResNet-18 · 25 per class · seed 1". */
export function runName(datasetName: string, config: RunConfig): string {
  const labels = config.perClass === null ? 'all labels' : `${config.perClass} per class`;
  return [datasetName, networkName(config), labels, `seed ${config.seed}`].join(' · ');
}

/** e.g. "about 4 minutes", "less than a minute". */
export function roughly(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 50) return 'less than a minute';
  if (minutes <= 1) return 'about a minute';
  if (minutes < 90) return `about ${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `about ${hours} hours` : `about ${Math.round(hours / 24)} days`;
}
