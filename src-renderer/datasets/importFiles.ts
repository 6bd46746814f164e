import { SLIDE_FILES } from '../frame/commands.svelte.ts';
import type { PathRequest } from '../ui/pathPicker.svelte.ts';

const ARCHIVES = [{ name: 'Zip or tar', extensions: ['zip', 'tar'] }];

/** What QuPath exports annotations to. */
const ANNOTATION_FILES = [{ name: 'GeoJSON', extensions: ['geojson', 'json', 'gz'] }];

const KINDS = [...ARCHIVES, ...SLIDE_FILES, ...ANNOTATION_FILES];

/** The single files that an import takes. The system's dialog shows the first entry's files until another is chosen. */
export const IMPORT_FILES = [
  { name: 'Archives, slides, annotations', extensions: KINDS.flatMap(({ extensions }) => extensions) },
  ...KINDS,
];

/** Asks where the annotations of slides lie. */
export const ANNOTATIONS: readonly PathRequest[] = [
  { kind: 'folder', title: 'Folder of the annotations' },
  { kind: 'file', title: 'GeoJSON with annotations', filters: ANNOTATION_FILES },
];
