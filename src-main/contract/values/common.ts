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

// On its own, so that the page can show it without loading zod.
export { RESEARCH_USE_ONLY } from '../researchUse.ts';
