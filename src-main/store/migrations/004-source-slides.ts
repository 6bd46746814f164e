import type { Migration } from './migration.ts';

/**
 * The slide that a patch was cut from, and an index to page through hundreds of thousands of patches. `datasets` is written anew without a CHECK of its layout, which is from now on checked where rows
 * are read, so that a further layout needs no such rewriting.
 */
export const sourceSlides: Migration = {
  version: 4,
  sql: `
CREATE TABLE new_datasets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  layout TEXT NOT NULL,
  root TEXT NOT NULL,
  source TEXT NOT NULL,
  mpp REAL CHECK (mpp > 0),
  class_names TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
INSERT INTO new_datasets SELECT * FROM datasets;
DELETE FROM sqlite_sequence WHERE name = 'new_datasets';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_datasets', seq FROM sqlite_sequence WHERE name = 'datasets';
DROP TABLE datasets;
ALTER TABLE new_datasets RENAME TO datasets;

ALTER TABLE patches ADD COLUMN slide TEXT;
CREATE INDEX patches_by_slide ON patches (dataset_id, slide, split) WHERE slide IS NOT NULL;
CREATE INDEX patches_in_order ON patches (dataset_id, id, class_index, split, duplicate_of);
`,
};
