import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { openDatabase } from './database.ts';
import { benchmarksTable } from './tables/benchmarks.ts';
import { brokenFilesTable } from './tables/brokenFiles.ts';
import { datasetHealthTable } from './tables/datasetHealth.ts';
import { datasetsTable } from './tables/datasets.ts';
import { epochsTable } from './tables/epochs.ts';
import { foundItemsTable } from './tables/foundItems.ts';
import { imagesTable } from './tables/images.ts';
import { jobsTable } from './tables/jobs.ts';
import { modelsTable } from './tables/models.ts';
import { patchesTable } from './tables/patches.ts';
import { patchScoresTable } from './tables/patchScores.ts';
import { predictionsTable } from './tables/predictions.ts';
import { pretrainingStepsTable } from './tables/pretrainingSteps.ts';
import { pretrainingsTable } from './tables/pretrainings.ts';
import { pretrainingTimingsTable } from './tables/pretrainingTimings.ts';
import { validationsTable } from './tables/validations.ts';
import { runPatchesTable } from './tables/runPatches.ts';
import { runPredictionsTable } from './tables/runPredictions.ts';
import { runsTable } from './tables/runs.ts';
import { slidesTable } from './tables/slides.ts';
import { stepsTable } from './tables/steps.ts';

function tables(db: Database, workspace: string) {
  const epochs = epochsTable(db);
  const [pretrainingSteps, validations] = [pretrainingStepsTable(db), validationsTable(db)];
  return {
    jobs: jobsTable(db),
    datasets: datasetsTable(db, workspace),
    patches: patchesTable(db),
    images: imagesTable(db),
    brokenFiles: brokenFilesTable(db),
    foundItems: foundItemsTable(db),
    datasetHealth: datasetHealthTable(db),
    runs: runsTable(db, epochs),
    steps: stepsTable(db),
    epochs,
    runPatches: runPatchesTable(db),
    runPredictions: runPredictionsTable(db),
    pretrainings: pretrainingsTable(db, pretrainingSteps, validations),
    pretrainingSteps,
    validations,
    pretrainingTimings: pretrainingTimingsTable(db),
    models: modelsTable(db),
    slides: slidesTable(db, workspace),
    predictions: predictionsTable(db),
    patchScores: patchScoresTable(db),
    benchmarks: benchmarksTable(db),
  };
}

/** A workspace's database: one set of prepared statements per table. Everything is synchronous. */
export interface Store extends ReturnType<typeof tables> {
  /** All of what `work` writes, or nothing of it. May be nested. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** Opens the database file of a workspace; paths inside the file's folder are stored relative to it. */
export function openStore(file: string): Store {
  const db = openDatabase(file);
  return {
    ...tables(db, path.dirname(file)),
    transaction: (work) => db.transaction(work)(),
    close: () => db.close(),
  };
}
