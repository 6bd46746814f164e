import { serveWorker } from './serveWorker.ts';

serveWorker({
  import: async () => (await import('./import.ts')).importTask,
  // The same work: what is found is another matter for the backend only.
  refresh: async () => {
    const { importTask } = await import('./import.ts');
    return (spec, context) => importTask(spec, { ...context });
  },
  previewCutting: async () => (await import('./previewCutting.ts')).previewCuttingTask,
  synthesize: async () => (await import('./synthesize.ts')).synthesizeTask,
  train: async () => (await import('./train.ts')).trainTask,
  pretrain: async () => (await import('./pretrain.ts')).pretrainTask,
  timePretraining: async () => (await import('./timePretraining.ts')).timePretrainingTask,
  predict: async () => (await import('./predict.ts')).predictTask,
  export: async () => (await import('./export.ts')).exportTask,
  download: async () => (await import('./download.ts')).downloadTask,
  health: async () => (await import('./health.ts')).healthTask,
  bench: async () => (await import('./bench.ts')).benchTask,
  probe: async () => (await import('./probe.ts')).probeTask,
  importWeights: async () => (await import('./importWeights.ts')).importWeightsTask,
  inspectModel: async () => (await import('./inspectModel.ts')).inspectModelTask,
});
