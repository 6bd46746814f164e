import { z } from 'zod';
import { Timestamp } from './common.ts';

/** A folder that holds the database, checkpoints, models and caches; it can be copied to another machine. */
export const Workspace = z.object({ path: z.string(), name: z.string() });
export type Workspace = z.infer<typeof Workspace>;

export const RecentWorkspace = z.object({
  path: z.string(),
  name: z.string(),
  openedAt: Timestamp,
  missing: z.boolean(),
});
export type RecentWorkspace = z.infer<typeof RecentWorkspace>;

/** An entry of the folder browser that served mode shows where Electron has its native dialogs. */
export const FileEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  bytes: z.number().nullable(),
});
export type FileEntry = z.infer<typeof FileEntry>;
