import type { Model } from '../../src-main/contract/values/model.ts';
import { client } from '../api/client.ts';
import { pickPath } from '../ui/pathPicker.svelte.ts';

const FILTERS = [{ name: 'Models and weights', extensions: ['onnx', 'safetensors', 'pth', 'pt', 'tar'] }];

/** Asks for a file and takes it in; null when the user cancelled. @throws when the file does not fit */
export async function importModel(): Promise<Model | null> {
  const title = 'Import a model or weights to begin from';
  const path = await pickPath({ kind: 'file', title, filters: FILTERS });
  return path ? client('models.import', { path }) : null;
}
