/**
 * An error that is meant for the person who uses Tessera: its message says what happened, to which file, and what to do.
 * Every other error is a defect; its message is shown as "unexpected" with the stack behind "copy details".
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Technical background for "copy details"; never shown by itself. */
  readonly details: string | null;

  constructor(message: string, details: string | null = null) {
    super(message);
    this.details = details;
  }
}

/** What the codes of the system and of SQLite mean where they are nobody's defect, and what to do. SQLite's have endings, "_WRITE" say. */
const TROUBLES: readonly (readonly [code: RegExp, reason: string, remedy: string])[] = [
  [/^(ENOSPC|EDQUOT|SQLITE_FULL)$/, 'the disk is full', 'Make room, then do it again'],
  [/^(EROFS|SQLITE_READONLY)/, 'the disk or folder is read-only', 'Make it writable, or use another one'],
  [/^(EACCES|EPERM|SQLITE_CANTOPEN)/, 'this user has no permission for that', 'Correct the permissions'],
  [/^(EIO|SQLITE_IOERR)/, 'the disk answers with an error', 'See that its drive is connected and sound'],
  [/^SQLITE_BUSY/, 'another program has it locked', 'Close that program'],
];

function troubleOf(error: unknown) {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? TROUBLES.find(([pattern]) => pattern.test(code)) : undefined;
}

/** A one-line reason for any thrown value. */
export function reasonOf(error: unknown): string {
  const trouble = troubleOf(error);
  if (trouble) return trouble[1];
  return error instanceof Error ? error.message : String(error);
}

/** What to show and what to keep for "copy details", for any thrown value. */
export function explain(error: unknown): { message: string; details: string | null } {
  if (error instanceof UserError) return { message: error.message, details: error.details };
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const trouble = troubleOf(error);
  if (!trouble) return { message: `Something unexpected happened: ${reasonOf(error)}`, details };
  const [, reason, remedy] = trouble;
  return { message: `This could not be done: ${reason}${placeOf(error)}. ${remedy}.`, details };
}

/** In parentheses, where the error tells it. */
function placeOf(error: unknown): string {
  const { path, code } = error as NodeJS.ErrnoException;
  const place = code?.startsWith('SQLITE') ? 'the workspace’s database' : path;
  return place === undefined ? '' : ` (${place})`;
}

/** Whether the database could not be written or read for a reason that may pass: a full disk, say. */
export const mayPass = (error: unknown): boolean =>
  troubleOf(error) !== undefined && (error as NodeJS.ErrnoException).code!.startsWith('SQLITE');
