import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import path from 'node:path';

const processor = (): string => cpus()[0]?.model.trim() ?? 'unknown processor';

/** Names this computer in measurements, because a workspace can be copied to another one. */
export const machine = (): string => `${processor()} × ${cpus().length}`;

/** What this computer and its software are, without opening any device. */
export function machineFacts() {
  return {
    cpu: processor(),
    cores: availableParallelism(),
    memoryGB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    platform: `${platform()} ${arch()} (${release()})`,
    node: process.versions.node,
    onnxruntime: onnxruntimeVersion(),
  };
}

function onnxruntimeVersion(): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const manifest = path.join(entry, '..', '..', 'package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
