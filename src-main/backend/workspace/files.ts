import path from 'node:path';

/** Where things lie in a workspace's folder. */
export function workspaceFiles(folder: string) {
  const at = (...parts: (string | number)[]) => path.join(folder, ...parts.map(String));
  return {
    folder,
    database: at('tessera.sqlite'),
    dataset: (id: number) => at('datasets', id),
    run: (id: number) => at('runs', id),
    model: (id: number) => at('models', id),
    modelFile: (id: number, format: 'onnx' | 'safetensors') => at('models', id, `model.${format}`),
    slide: (name: string) => at('slides', name),
    exports: (name: string) => at('exports', name),
    thumbnails: (datasetId: number) => at('cache', 'thumbnails', datasetId),
    thumbnail: (datasetId: number, side: number, patchId: number) =>
      at('cache', 'thumbnails', datasetId, side, `${patchId}.jpg`),
  };
}

export type WorkspaceFiles = ReturnType<typeof workspaceFiles>;
