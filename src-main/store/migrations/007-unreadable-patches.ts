import type { Migration } from './migration.ts';

/** Patches of a slide that a prediction had to leave out, and why the first of them could not be read. */
export const unreadablePatches: Migration = {
  version: 7,
  sql: `
ALTER TABLE predictions ADD COLUMN unreadable INTEGER NOT NULL DEFAULT 0;
ALTER TABLE predictions ADD COLUMN unreadable_reason TEXT;
`,
};
