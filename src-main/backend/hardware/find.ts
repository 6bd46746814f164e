import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import path from 'node:path';
import type { Hardware, Provider } from '../../contract/values/hardware.ts';
import type { WorkerHost } from '../../jobs/workerHost.ts';
import { summarise } from './summarise.ts';

export interface HardwareFinder {
  /** What this computer has; looked for once, in a process of its own, because a bad graphics driver may crash it. */
  get(): Promise<Hardware>;
}

export function hardwareFinder(host: WorkerHost): HardwareFinder {
  let found: Promise<Hardware> | null = null;
  return { get: () => (found ??= find(host)) };
}

async function find(host: WorkerHost): Promise<Hardware> {
  const providers = await probe(host);
  const gpu = providers.find(({ name, usable, software }) => name === 'webgpu' && usable && !software);
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
  const cores = availableParallelism();
  return {
    cpu,
    cores,
    memoryGB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    platform: `${platform()} ${arch()} (${release()})`,
    node: process.versions.node,
    onnxruntime: onnxruntimeVersion(),
    providers,
    auto: gpu ? 'webgpu' : 'cpu',
    autoInference: gpu ? 'webgpu' : 'cpu',
    summary: summarise(providers, cpu, cores),
  };
}

/** The providers; when the test process dies, the processor alone, with the reason. */
async function probe(host: WorkerHost): Promise<Provider[]> {
  const worker = host.start('probe', {}, { progress: () => {}, event: () => {} });
  const timer = setTimeout(() => worker.stop(), 60_000);
  const outcome = await worker.outcome;
  clearTimeout(timer);
  if (outcome.type === 'done') return outcome.result;
  const note = outcome.type === 'failed' ? outcome.message : 'The test did not end within a minute.';
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return [
    { name: 'cpu', usable: true, device: processor, software: false, note: null },
    { name: 'webgpu', usable: false, device: '', software: false, note },
  ];
}

function onnxruntimeVersion(): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const manifest = path.join(entry, '..', '..', 'package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
