import path from 'node:path';

/** Where things lie in a workspace's folder. */
export function workspaceFiles(folder: string) {
  const at = (...parts: (string | number)[]) => path.join(folder, ...parts.map(String));
  return {
    folder,
    database: at('tessera.sqlite'),
    datasets: at('datasets'),
    /** What the import has unpacked, copied or cut; */
    dataset: (id: number) => at('datasets', id),
    /** and what a refresh has, beside it, so that whoever reads the files of before is not disturbed. */
    refreshedDataset: (id: number, jobId: number) => at('datasets', `${id}.${jobId}`),
    run: (id: number) => at('runs', id),
    pretraining: (id: number) => at('pretrainings', id),
    pretrainingCheckpoints: (id: number) => at('pretrainings', id, 'checkpoints'),
    /** A grey PNG of class indices. */
    pretrainingMask: (id: number, iteration: number, imageId: number) =>
      at('pretrainings', id, 'pictures', `${iteration}-${imageId}.png`),
    downloads: at('downloads'),
    model: (id: number) => at('models', id),
    modelFile: (id: number, format: 'onnx' | 'safetensors') => at('models', id, `model.${format}`),
    slide: (name: string) => at('slides', name),
    exports: (name: string) => at('exports', name),
    tissue: at('cache', 'tissue'),
    thumbnails: (datasetId: number) => at('cache', 'thumbnails', datasetId),
    thumbnail: (datasetId: number, side: number, patchId: number) =>
      at('cache', 'thumbnails', datasetId, side, `${patchId}.jpg`),
    imageThumbnail: (datasetId: number, side: number, imageId: number, kind: 'image' | 'mask') =>
      at('cache', 'thumbnails', datasetId, side, kind === 'image' ? `${imageId}.jpg` : `${imageId}-mask.png`),
  };
}

export type WorkspaceFiles = ReturnType<typeof workspaceFiles>;
