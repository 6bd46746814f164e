import type { Migration } from './migration.ts';

/**
 * The status of a run, a prediction and a dataset is not stored: it is that of the newest job which works on it.
 * AUTOINCREMENT, because caches name rows by their id: an id is never given out twice.
 */
export const initial: Migration = {
  version: 1,
  sql: `
CREATE TABLE datasets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  layout TEXT NOT NULL CHECK (layout IN ('folder', 'kather', 'synthetic')),
  root TEXT NOT NULL,
  source TEXT NOT NULL,
  mpp REAL CHECK (mpp > 0),
  class_names TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE patches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset_id INTEGER NOT NULL REFERENCES datasets ON DELETE CASCADE,
  path TEXT NOT NULL,
  class_index INTEGER NOT NULL CHECK (class_index >= 0),
  split TEXT CHECK (split IN ('train', 'val', 'test')),
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  duplicate_of INTEGER REFERENCES patches,
  UNIQUE (dataset_id, path)
) STRICT;
CREATE INDEX patches_by_class ON patches (dataset_id, class_index, split, width, height, duplicate_of);
CREATE INDEX patches_by_content ON patches (dataset_id, sha256);
CREATE INDEX patches_by_original ON patches (duplicate_of) WHERE duplicate_of IS NOT NULL;

CREATE TABLE broken_files (
  dataset_id INTEGER NOT NULL REFERENCES datasets ON DELETE CASCADE,
  path TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (dataset_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  dataset_id INTEGER NOT NULL REFERENCES datasets,
  config TEXT NOT NULL,
  result TEXT,
  machine TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_by_dataset ON runs (dataset_id);

CREATE TABLE steps (
  run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
  step INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  loss REAL NOT NULL,
  learning_rate REAL NOT NULL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE epochs (
  run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  row TEXT NOT NULL,
  PRIMARY KEY (run_id, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_patches (
  run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
  split TEXT NOT NULL CHECK (split IN ('train', 'val', 'test')),
  position INTEGER NOT NULL,
  patch_id INTEGER NOT NULL REFERENCES patches,
  PRIMARY KEY (run_id, split, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_patches_by_patch ON run_patches (patch_id);

CREATE TABLE run_predictions (
  run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
  patch_id INTEGER NOT NULL REFERENCES patches,
  split TEXT NOT NULL CHECK (split IN ('train', 'val', 'test')),
  true_class INTEGER NOT NULL,
  predicted_class INTEGER NOT NULL,
  confidence REAL NOT NULL,
  scores BLOB NOT NULL,
  PRIMARY KEY (run_id, patch_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_predictions_by_patch ON run_predictions (patch_id);

CREATE TABLE models (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  run_id INTEGER UNIQUE REFERENCES runs ON DELETE SET NULL,
  card TEXT,
  sha256 TEXT,
  bytes INTEGER NOT NULL,
  test_accuracy REAL,
  test_n INTEGER,
  trainable INTEGER NOT NULL CHECK (trainable IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE slides (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  path TEXT NOT NULL UNIQUE,
  format TEXT,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  file_mpp REAL CHECK (file_mpp > 0),
  user_mpp REAL CHECK (user_mpp > 0),
  levels TEXT NOT NULL,
  associated TEXT NOT NULL,
  synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE predictions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  slide_id INTEGER NOT NULL REFERENCES slides ON DELETE CASCADE,
  model_id INTEGER REFERENCES models ON DELETE SET NULL,
  model_name TEXT NOT NULL,
  class_names TEXT NOT NULL,
  synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
  grid TEXT,
  patches INTEGER NOT NULL,
  patches_done INTEGER NOT NULL,
  tissue_fraction REAL,
  patches_per_second REAL,
  seconds REAL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX predictions_by_slide ON predictions (slide_id);
CREATE INDEX predictions_by_model ON predictions (model_id);

CREATE TABLE patch_scores (
  prediction_id INTEGER NOT NULL REFERENCES predictions ON DELETE CASCADE,
  position INTEGER NOT NULL,
  grid_column INTEGER NOT NULL,
  grid_row INTEGER NOT NULL,
  scores BLOB NOT NULL,
  PRIMARY KEY (prediction_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('import', 'synthesize', 'train', 'predict', 'export', 'bench')),
  title TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
  position INTEGER NOT NULL,
  parameters TEXT NOT NULL,
  progress TEXT NOT NULL,
  error TEXT,
  details TEXT,
  dataset_id INTEGER REFERENCES datasets ON DELETE CASCADE,
  run_id INTEGER REFERENCES runs ON DELETE CASCADE,
  prediction_id INTEGER REFERENCES predictions ON DELETE CASCADE,
  after_job_id INTEGER REFERENCES jobs ON DELETE SET NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER
) STRICT;
CREATE INDEX jobs_by_status ON jobs (status, position);
CREATE INDEX jobs_by_dataset ON jobs (dataset_id);
CREATE INDEX jobs_by_run ON jobs (run_id);
CREATE INDEX jobs_by_prediction ON jobs (prediction_id);
CREATE INDEX jobs_by_predecessor ON jobs (after_job_id);

CREATE TABLE benchmarks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  machine TEXT NOT NULL,
  rows TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
`,
};
