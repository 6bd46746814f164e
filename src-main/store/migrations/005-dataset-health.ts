import type { Migration } from './migration.ts';

/** The latest health report of each dataset. */
export const datasetHealth: Migration = {
  version: 5,
  sql: `
CREATE TABLE dataset_health (
  dataset_id INTEGER PRIMARY KEY REFERENCES datasets ON DELETE CASCADE,
  report TEXT NOT NULL,
  checked_at INTEGER NOT NULL
) STRICT;
`,
};
