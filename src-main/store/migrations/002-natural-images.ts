import type { Migration } from './migration.ts';

/**
 * Datasets of natural images with weak labels. SQLite cannot change a CHECK, so `datasets` is written anew to know the layout
 * `voc`; its sequence goes over too, because an id is never given out twice.
 */
export const naturalImages: Migration = {
  version: 2,
  sql: `
CREATE TABLE new_datasets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  layout TEXT NOT NULL CHECK (layout IN ('folder', 'kather', 'synthetic', 'voc')),
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

CREATE TABLE images (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset_id INTEGER NOT NULL REFERENCES datasets ON DELETE CASCADE,
  path TEXT NOT NULL,
  mask_path TEXT,
  labels TEXT NOT NULL,
  split TEXT NOT NULL CHECK (split IN ('train', 'val')),
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  duplicate_of INTEGER REFERENCES images,
  UNIQUE (dataset_id, path)
) STRICT;
CREATE INDEX images_by_content ON images (dataset_id, sha256);
CREATE INDEX images_by_original ON images (duplicate_of) WHERE duplicate_of IS NOT NULL;
`,
};
