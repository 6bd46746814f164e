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

/** A one-line reason for any thrown value. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return String(error);
}

/** What to show and what to keep for "copy details", for any thrown value. */
export function explain(error: unknown): { message: string; details: string | null } {
  if (error instanceof UserError) return { message: error.message, details: error.details };
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `Something unexpected happened: ${reasonOf(error)}`, details };
}
