import type {
  FoundPatch,
  ImportSpec,
  WorkerEvent,
  WorkerKind,
  WorkerContext,
} from '../../src-main/contract/worker.ts';
import type { BrokenFile } from '../../src-main/contract/values/dataset.ts';
import type { Progress } from '../../src-main/contract/values/job.ts';
import { importTask } from '../../src-main/workers/import.ts';

/** A worker's context that keeps what is reported. */
export function recordingContext<K extends WorkerKind>(signal = new AbortController().signal) {
  const events: WorkerEvent<K>[] = [];
  const progress: Progress[] = [];
  const context: WorkerContext<K> = {
    signal,
    progress: (value) => void progress.push(value),
    event: (event) => void events.push(event),
  };
  return { context, events, progress };
}

/** An import's specification with what a test does not care about. */
export function importSpec(spec: Pick<ImportSpec, 'path'> & Partial<ImportSpec>): ImportSpec {
  return { layout: null, extractTo: `${spec.path}.extracted`, annotations: null, cutting: null, ...spec };
}

/** Runs an import in this process and gathers its events. */
export async function runImport(spec: Pick<ImportSpec, 'path'> & Partial<ImportSpec>) {
  const { context, events, progress } = recordingContext<'import'>();
  const result = await importTask(importSpec(spec), context);
  const layout = events.find((event) => event.type === 'layout');
  if (!layout) throw new Error('no layout was reported');
  const patches: FoundPatch[] = events.flatMap((event) => (event.type === 'patches' ? event.patches : []));
  const broken: BrokenFile[] = events.flatMap((event) => (event.type === 'broken' ? event.files : []));
  return { layout, patches, broken, result, progress };
}
