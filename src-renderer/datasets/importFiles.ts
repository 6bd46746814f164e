import { SLIDE_FILES } from '../frame/commands.svelte.ts';

const ARCHIVES = [{ name: 'Zip or tar', extensions: ['zip', 'tar'] }];

/** What QuPath exports annotations to. */
export const ANNOTATION_FILES = [{ name: 'GeoJSON', extensions: ['geojson', 'json', 'gz'] }];

const KINDS = [...ARCHIVES, ...SLIDE_FILES, ...ANNOTATION_FILES];

/** The single files that an import takes. The system's dialog shows the first entry's files until another is chosen. */
export const IMPORT_FILES = [
  { name: 'Archives, slides, annotations', extensions: KINDS.flatMap(({ extensions }) => extensions) },
  ...KINDS,
];
