/** Main → thread. */
export interface ThreadTask<Task> {
  readonly id: number;
  readonly task: Task;
}

/** Thread → main. */
export type ThreadReply<Result> =
  | { readonly id: number; readonly ok: true; readonly result: Result }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly details: string | null };
