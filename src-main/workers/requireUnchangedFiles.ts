import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../base/errors.ts';
import { counted } from '../base/words.ts';
import { filesGone } from '../contract/filesGone.ts';
import type { RecordedContent, Retraced, WorkerContext } from '../contract/worker.ts';
import { checkContents, type CheckedContents } from '../data/checkContents.ts';
import type { Contents } from '../data/content.ts';

/** A file, or a patch of a pack, that is going to be learnt from or measured on. */
export interface NeededFile {
  /** Of the patch or image that it belongs to. */
  readonly id: number;
  /** Relative to the dataset's root. */
  readonly path: string;
  /** undefined: there is nothing to hold it against. */
  readonly content: RecordedContent | undefined;
  readonly isMask?: boolean;
}

interface Source {
  /** Absolute. */
  readonly root: string;
  readonly dataset: { readonly name: string };
}

type Context = Pick<WorkerContext<'train'>, 'signal' | 'progress'> & { event(event: Retraced): void };

/** What a list of changed files names at most. */
const LISTED = 200;

/**
 * Sees to it that a training begins, or goes on, on what its dataset has on record: what is not, would be noticed only when it is read, which
 * may be days later. Tells which files were touched or copied, so that nobody has to read them for that again.
 * @returns what the files have to be whenever they are read, by absolute path
 * @throws UserError naming files that are something else now; the signal's reason when aborted
 */
export async function requireUnchangedFiles(
  files: readonly NeededFile[],
  { root, dataset }: Source,
  { signal, progress, event }: Context,
): Promise<Contents> {
  if (!existsSync(root)) throw new UserError(filesGone(dataset.name, root));
  const at = (file: NeededFile) => path.join(root, file.path);
  const contents = new Map(files.flatMap((file) => (file.content ? [[at(file), file.content]] : [])));
  const { retraced, wrong } = await checkContents(contents, {
    signal,
    onProgress: (done, total) =>
      progress({
        fraction: 0,
        message: `checking file ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`,
        rate: null,
        secondsLeft: null,
      }),
  });
  const tracesOf = (masks: boolean) =>
    files.flatMap((file) => {
      const trace = (file.isMask ?? false) === masks ? retraced.get(at(file)) : undefined;
      return trace === undefined ? [] : [{ id: file.id, trace }];
    });
  if (retraced.size > 0) event({ type: 'retraced', items: tracesOf(false), masks: tracesOf(true) });
  if (wrong.length > 0) throw changed(wrong, contents.size, { root, dataset });
  for (const [file, trace] of retraced) contents.set(file, { ...contents.get(file)!, trace });
  return contents;
}

function changed(wrong: CheckedContents['wrong'], of: number, { root, dataset }: Source): UserError {
  const named = wrong.map((each) => `${path.relative(root, each.path)} ${each.problem}`);
  const what =
    wrong.length === 1
      ? named[0]
      : `${wrong.length.toLocaleString('en')} of ${counted(of, 'file', 'files')} were changed or cannot be read, such as ${path.relative(root, wrong[0]!.path)}`;
  const them = wrong.length === 1 ? 'it' : 'them';
  return new UserError(
    `“${dataset.name}” is no longer what was read of it: ${what}. Nothing was learnt from ${them}. ` +
      `Put ${them} back and resume, or press “Look for changes” in the dataset and begin anew on what is there now.`,
    named.slice(0, LISTED).join('\n') + (named.length > LISTED ? '\n…' : ''),
  );
}
