import type { Migration } from './migration.ts';

/**
 * By what a file is known not to have changed since its content was hashed (`traceOf`): of a patch's file, an image and its mask. NULL where
 * nobody looked, and in the packs that Tessera makes itself.
 */
export const traces: Migration = {
  version: 8,
  sql: `
ALTER TABLE patches ADD COLUMN trace TEXT;
ALTER TABLE images ADD COLUMN trace TEXT;
ALTER TABLE images ADD COLUMN mask_trace TEXT;
`,
};
