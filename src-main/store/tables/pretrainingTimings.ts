import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { PretrainConfig } from '../../contract/values/pretraining.ts';
import { fromJson } from '../json.ts';

/** What decides how long an iteration takes. */
export const TimedWork = z.object({
  ...PretrainConfig.pick({
    kind: true,
    architecture: true,
    width: true,
    cropSize: true,
    batchSize: true,
    accumulate: true,
    device: true,
  }).shape,
  /** Outputs of the network. */
  classes: z.int(),
  /** Side of the validation's images, in pixels. */
  validationSide: z.int(),
});
export type TimedWork = z.infer<typeof TimedWork>;

export interface Timing {
  readonly work: TimedWork;
  readonly secondsPerIteration: number;
  readonly secondsPerValidationImage: number;
}

interface Row {
  work: string;
  secondsPerIteration: number;
  secondsPerValidationImage: number;
}

/** Newest timings that are looked at. */
const RECENT = 100;

/** How long pre-training took on which machine; the workspace may have been copied from another one. */
export function pretrainingTimingsTable(db: Database) {
  const insert = db.prepare<[string, string, number, number, number]>(
    `INSERT INTO pretraining_timings (machine, work, seconds_per_iteration, seconds_per_validation_image, created_at)
     VALUES (?, ?, ?, ?, ?)`,
  );
  const list = db.prepare<[string], Row>(
    `SELECT work, seconds_per_iteration AS secondsPerIteration, seconds_per_validation_image AS secondsPerValidationImage
     FROM pretraining_timings WHERE machine = ? ORDER BY id DESC LIMIT ${RECENT}`,
  );
  return {
    insert(machine: string, { work, secondsPerIteration, secondsPerValidationImage }: Timing): void {
      const json = JSON.stringify(TimedWork.parse(work));
      insert.run(machine, json, secondsPerIteration, secondsPerValidationImage, Date.now());
    },
    /** Newest first. */
    ofMachine: (machine: string): Timing[] =>
      list
        .all(machine)
        .map((row) => ({ ...row, work: fromJson(TimedWork, row.work, 'pretraining_timings.work') })),
  };
}
