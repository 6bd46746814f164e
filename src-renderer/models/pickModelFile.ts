import { pickPath } from '../ui/pathPicker.svelte.ts';

const FILTERS = [{ name: 'Models and weights', extensions: ['onnx', 'safetensors', 'pth', 'pt', 'tar'] }];

/** Asks for a file that `models.import` may take; null when the user cancelled. */
export const pickModelFile = (): Promise<string | null> =>
  pickPath({ kind: 'file', title: 'Import a model or weights to begin from', filters: FILTERS });
