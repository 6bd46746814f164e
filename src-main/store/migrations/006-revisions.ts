import type { Migration } from './migration.ts';

/**
 * Datasets that change: rows of patches and images say since which revision of their dataset they are there and since which no longer.
 * SQLite cannot drop a UNIQUE, so both tables are written anew: a path is now unique among the current rows only. All indexes but
 * the one by original are of current rows, with what the lists read besides, so that rows that are gone cost these nothing.
 */
export const revisions: Migration = {
  version: 6,
  sql: `
ALTER TABLE datasets ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE datasets ADD COLUMN changes TEXT;
ALTER TABLE datasets ADD COLUMN annotations TEXT;
ALTER TABLE datasets ADD COLUMN cutting TEXT;

CREATE TABLE new_patches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset_id INTEGER NOT NULL REFERENCES datasets ON DELETE CASCADE,
  path TEXT NOT NULL,
  class_index INTEGER NOT NULL CHECK (class_index >= 0),
  split TEXT CHECK (split IN ('train', 'val', 'test')),
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  duplicate_of INTEGER REFERENCES new_patches,
  slide TEXT,
  x INTEGER,
  y INTEGER,
  side INTEGER CHECK (side > 0),
  added_in INTEGER NOT NULL DEFAULT 1,
  retired_in INTEGER CHECK (retired_in > added_in)
) STRICT;
INSERT INTO new_patches (id, dataset_id, path, class_index, split, width, height, sha256, duplicate_of, slide)
  SELECT id, dataset_id, path, class_index, split, width, height, sha256, duplicate_of, slide FROM patches;
DELETE FROM sqlite_sequence WHERE name = 'new_patches';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_patches', seq FROM sqlite_sequence WHERE name = 'patches';
DROP TABLE patches;
ALTER TABLE new_patches RENAME TO patches;
CREATE UNIQUE INDEX patches_by_path ON patches (dataset_id, path) WHERE retired_in IS NULL;
CREATE INDEX patches_by_class ON patches (dataset_id, class_index, split, width, height, duplicate_of, retired_in)
  WHERE retired_in IS NULL;
CREATE INDEX patches_by_content ON patches (dataset_id, sha256, retired_in) WHERE retired_in IS NULL;
CREATE INDEX patches_by_original ON patches (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX patches_by_slide ON patches (dataset_id, slide, split, retired_in)
  WHERE slide IS NOT NULL AND retired_in IS NULL;
CREATE INDEX patches_in_order ON patches (dataset_id, id, class_index, split, duplicate_of, retired_in)
  WHERE retired_in IS NULL;

CREATE TABLE new_images (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset_id INTEGER NOT NULL REFERENCES datasets ON DELETE CASCADE,
  path TEXT NOT NULL,
  mask_path TEXT,
  labels TEXT NOT NULL,
  split TEXT NOT NULL CHECK (split IN ('train', 'val')),
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  mask_sha256 BLOB,
  duplicate_of INTEGER REFERENCES new_images,
  added_in INTEGER NOT NULL DEFAULT 1,
  retired_in INTEGER CHECK (retired_in > added_in)
) STRICT;
INSERT INTO new_images (id, dataset_id, path, mask_path, labels, split, width, height, sha256, duplicate_of)
  SELECT id, dataset_id, path, mask_path, labels, split, width, height, sha256, duplicate_of FROM images;
DELETE FROM sqlite_sequence WHERE name = 'new_images';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_images', seq FROM sqlite_sequence WHERE name = 'images';
DROP TABLE images;
ALTER TABLE new_images RENAME TO images;
CREATE UNIQUE INDEX images_by_path ON images (dataset_id, path) WHERE retired_in IS NULL;
CREATE INDEX images_by_content ON images (dataset_id, sha256, retired_in) WHERE retired_in IS NULL;
CREATE INDEX images_by_original ON images (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX images_in_order ON images (dataset_id, id);

ALTER TABLE runs ADD COLUMN class_names TEXT NOT NULL DEFAULT '[]';
UPDATE runs SET class_names = (SELECT class_names FROM datasets WHERE id = runs.dataset_id);
ALTER TABLE pretrainings ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE dataset_health ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
`,
};
