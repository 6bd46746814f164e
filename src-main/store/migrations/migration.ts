/** One step of the schema's history. Never changed once released; a change of the schema is a new one. */
export interface Migration {
  /** The `user_version` after it; versions are 1, 2, 3 … without gaps. */
  readonly version: number;
  readonly sql: string;
}
