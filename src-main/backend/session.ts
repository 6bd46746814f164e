import path from 'node:path';
import type { DownloadEntry } from '../contract/values/download.ts';
import type { Workspace } from '../contract/values/workspace.ts';
import { JobQueue } from '../jobs/queue.ts';
import type { WorkerHost } from '../jobs/workerHost.ts';
import { openStore, type Store } from '../store/store.ts';
import { subjectsOf } from './announce.ts';
import type { Publish } from './bus.ts';
import { removeOrphanFolders } from './datasets/orphanFolders.ts';
import type { HardwareFinder } from './hardware/finder.ts';
import { jobBehaviours } from './jobs/behaviours.ts';
import { openSlides, type OpenSlides } from './slides/openSlides.ts';
import { workspaceFiles, type WorkspaceFiles } from './workspace/files.ts';

/** What services work with: one open workspace. */
export interface Workplace {
  readonly workspace: Workspace;
  readonly files: WorkspaceFiles;
  readonly store: Store;
  readonly publish: Publish;
  readonly hardware: HardwareFinder;
  readonly slides: OpenSlides;
  /** Also for workers that are no jobs. */
  readonly host: WorkerHost;
  /** What can be downloaded. */
  readonly catalogue: readonly DownloadEntry[];
}

/** An open workspace with its jobs. */
export interface Session extends Workplace {
  readonly queue: JobQueue;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly host: WorkerHost;
  readonly hardware: HardwareFinder;
  readonly publish: Publish;
  readonly catalogue: readonly DownloadEntry[];
  /** Whether jobs that waited when the workspace was closed go on. */
  readonly adoptJobs: boolean;
}

/** Opens the database of a folder that this process has locked. */
export function openSession(folder: string, options: SessionOptions): Session {
  const files = workspaceFiles(folder);
  const store = openStore(files.database);
  void removeOrphanFolders(files, store);
  const slides = openSlides();
  const { publish, hardware, host, catalogue } = options;
  const workspace = { path: folder, name: path.basename(folder) };
  const workplace: Workplace = { workspace, files, store, publish, hardware, slides, host, catalogue };
  const publishSubjects = subjectsOf(workplace);
  const queue = new JobQueue({
    jobs: store.jobs,
    host,
    behaviours: jobBehaviours(workplace),
    adopt: options.adoptJobs,
    changed: (job) => {
      publish({ type: 'job', job });
      publishSubjects(job);
    },
  });
  return {
    ...workplace,
    queue,
    async close() {
      await queue.close();
      await slides.close();
      store.close();
    },
  };
}
