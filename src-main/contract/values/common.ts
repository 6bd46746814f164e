import { z } from 'zod';

/** The primary key of a row in the workspace's database. */
export const Id = z.int().positive();

/** Milliseconds since 1970-01-01 UTC. */
export const Timestamp = z.number();

/** Which part a patch plays. `null`: not assigned by the source; a run's own seed decides. */
export const Split = z.enum(['train', 'val', 'test']);
export type Split = z.infer<typeof Split>;

/** A page of a longer list. */
export const Page = z.object({
  offset: z.int().nonnegative().default(0),
  limit: z.int().positive().max(1000).default(200),
});

/** The sentence that the first start, About and every export carry. */
export const RESEARCH_USE_ONLY = 'For Research Use Only. Not for use in diagnostic procedures.';
