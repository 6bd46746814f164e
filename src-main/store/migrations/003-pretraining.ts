import type { Migration } from './migration.ts';

/**
 * Pre-trainings and the lineage of models. SQLite cannot change a CHECK, so `jobs` is written anew; the kinds of jobs are from
 * now on checked where rows are read, so that a further kind needs no such rewriting.
 */
export const pretraining: Migration = {
  version: 3,
  sql: `
CREATE TABLE pretrainings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  dataset_id INTEGER NOT NULL REFERENCES datasets,
  config TEXT NOT NULL,
  class_names TEXT NOT NULL,
  result TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX pretrainings_by_dataset ON pretrainings (dataset_id);

CREATE TABLE pretraining_steps (
  pretraining_id INTEGER NOT NULL REFERENCES pretrainings ON DELETE CASCADE,
  iteration INTEGER NOT NULL,
  loss REAL NOT NULL,
  learning_rate REAL NOT NULL,
  PRIMARY KEY (pretraining_id, iteration)
) STRICT, WITHOUT ROWID;

CREATE TABLE pretraining_validations (
  pretraining_id INTEGER NOT NULL REFERENCES pretrainings ON DELETE CASCADE,
  iteration INTEGER NOT NULL,
  row TEXT NOT NULL,
  PRIMARY KEY (pretraining_id, iteration)
) STRICT, WITHOUT ROWID;

CREATE TABLE pretraining_timings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  machine TEXT NOT NULL,
  work TEXT NOT NULL,
  seconds_per_iteration REAL NOT NULL,
  seconds_per_validation_image REAL NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX pretraining_timings_by_machine ON pretraining_timings (machine, work);

ALTER TABLE models ADD COLUMN pretraining_id INTEGER REFERENCES pretrainings ON DELETE SET NULL;
ALTER TABLE models ADD COLUMN init_model_id INTEGER REFERENCES models ON DELETE SET NULL;
ALTER TABLE models ADD COLUMN source TEXT;
ALTER TABLE models ADD COLUMN validation TEXT;
CREATE UNIQUE INDEX models_by_pretraining ON models (pretraining_id) WHERE pretraining_id IS NOT NULL;
CREATE INDEX models_by_init ON models (init_model_id) WHERE init_model_id IS NOT NULL;
UPDATE models SET init_model_id = (
  SELECT m.id FROM runs r JOIN models m ON m.id = json_extract(r.config, '$.init.modelId') WHERE r.id = models.run_id);

CREATE TABLE new_jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
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
  pretraining_id INTEGER REFERENCES pretrainings ON DELETE CASCADE,
  after_job_id INTEGER REFERENCES new_jobs ON DELETE SET NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER
) STRICT;
INSERT INTO new_jobs
  SELECT id, kind, title, status, position, parameters, progress, error, details, dataset_id, run_id, prediction_id,
    NULL, after_job_id, created_at, started_at, finished_at
  FROM jobs;
DELETE FROM sqlite_sequence WHERE name = 'new_jobs';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_jobs', seq FROM sqlite_sequence WHERE name = 'jobs';
DROP TABLE jobs;
ALTER TABLE new_jobs RENAME TO jobs;
CREATE INDEX jobs_by_status ON jobs (status, position);
CREATE INDEX jobs_by_dataset ON jobs (dataset_id);
CREATE INDEX jobs_by_run ON jobs (run_id);
CREATE INDEX jobs_by_prediction ON jobs (prediction_id);
CREATE INDEX jobs_by_pretraining ON jobs (pretraining_id);
CREATE INDEX jobs_by_predecessor ON jobs (after_job_id);
`,
};
