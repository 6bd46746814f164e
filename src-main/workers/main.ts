import { serveWorker } from './serveWorker.ts';

serveWorker({
  import: async () => (await import('./import.ts')).importTask,
  synthesize: async () => (await import('./synthesize.ts')).synthesizeTask,
  train: async () => (await import('./train.ts')).trainTask,
  predict: async () => (await import('./predict.ts')).predictTask,
  export: async () => (await import('./export.ts')).exportTask,
  bench: async () => (await import('./bench.ts')).benchTask,
  probe: async () => (await import('./probe.ts')).probeTask,
  inspectModel: async () => (await import('./inspectModel.ts')).inspectModelTask,
});
