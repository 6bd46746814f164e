import { z } from 'zod';
import { Id } from './common.ts';

export const Checksum = z.object({
  algorithm: z.enum(['md5', 'sha256']),
  /** Lower case. */
  hex: z.string().regex(/^([0-9a-f]{32}|[0-9a-f]{64})$/),
});
export type Checksum = z.infer<typeof Checksum>;

export const DownloadFile = z.object({
  /** What it is called on disk: a plain name, so that no file can leave its folder. */
  name: z.string().regex(/^[A-Za-z0-9][\w.-]*$/),
  url: z.url(),
  /** Tried in their order when `url` does not serve the file. */
  mirrors: z.array(z.url()),
  /** null: not known before the server says so. */
  bytes: z.int().positive().nullable(),
  /** null: none is published. */
  checksum: Checksum.nullable(),
});
export type DownloadFile = z.infer<typeof DownloadFile>;

/** A public dataset that can be downloaded, and what one should know before. */
export const DownloadEntry = z.object({
  /** What the command line calls it. */
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string(),
  /** What it is, in a sentence or two. */
  summary: z.string(),
  /** What one needs it for. */
  purpose: z.string(),
  licence: z.object({ name: z.string(), url: z.url() }),
  homepage: z.url(),
  citation: z.string(),
  files: z.array(DownloadFile).min(1),
  /** What the import adds to the workspace at its height, at most. */
  unpackedBytes: z.int().nonnegative(),
  /** Who opens it. */
  importer: z.enum(['kather', 'pcam', 'voc']),
  /** Name of the file that is imported; null: the folder with all of them. */
  opens: z.string().nullable(),
});
export type DownloadEntry = z.infer<typeof DownloadEntry>;

/** Room on one disk. */
export const Space = z.object({ folder: z.string(), neededBytes: z.number(), freeBytes: z.number() });
export type Space = z.infer<typeof Space>;

/** An entry of the catalogue, and how things stand with it here. */
export const DownloadOffer = z.object({
  entry: DownloadEntry,
  /** Where its files would go. */
  folder: z.string(),
  /** Of all files whose size is known. */
  totalBytes: z.number(),
  /** Received already, by an earlier attempt. */
  presentBytes: z.number(),
  missingBytes: z.number(),
  /** Whether every file is there. */
  complete: z.boolean(),
  /** To receive what is missing, and to import it; one row for each disk. */
  space: z.array(Space),
  /** Why it cannot be started, such as too little room; null where it can. */
  problem: z.string().nullable(),
  /** The job that is downloading it. */
  jobId: Id.nullable(),
});
export type DownloadOffer = z.infer<typeof DownloadOffer>;
