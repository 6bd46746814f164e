/** Why one attempt to get a file from one server failed, in words that go on from "zenodo.org". */
export class AttemptFailure extends Error {
  /** Whether the same server is worth another attempt. */
  readonly again: boolean;
  /** Whether what was received until now must not be gone on with. */
  readonly anew: boolean;
  /** Milliseconds that the server asks to be left alone. */
  readonly waitMs: number;
  /** For "copy details". */
  readonly details: string | null;

  constructor(
    reason: string,
    options: { again: boolean; anew?: boolean; waitMs?: number; details?: string },
  ) {
    super(reason);
    this.again = options.again;
    this.anew = options.anew ?? false;
    this.waitMs = options.waitMs ?? 0;
    this.details = options.details ?? null;
  }
}
