import { ApiError } from '../api/client.ts';

export interface Toast {
  readonly id: number;
  readonly kind: 'done' | 'failed' | 'note';
  readonly text: string;
  readonly details: string | null;
  /** Where "Show" leads. */
  readonly href: string | null;
  /** The job that it tells of. */
  readonly jobId: number | null;
}

const SHOWN_FOR = 8000;
const MOST = 4;

/** Short messages at the window's edge. Failures stay until they are closed. */
class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  add(toast: Pick<Toast, 'kind' | 'text'> & Partial<Toast>): void {
    const id = this.#next++;
    this.list = [...this.list.slice(1 - MOST), { details: null, href: null, jobId: null, ...toast, id }];
    if (toast.kind !== 'failed') setTimeout(() => this.close(id), SHOWN_FOR);
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Closes what was told of a job's last end, once it goes on. */
  closeOf(jobId: number): void {
    this.list = this.list.filter((toast) => toast.jobId !== jobId);
  }
}

export const toasts = new Toasts();

/** The sentence and the details of anything thrown. */
export function explain(error: unknown): { message: string; details: string | null } {
  if (error instanceof ApiError) return { message: error.message, details: error.details };
  const message = error instanceof Error ? error.message : String(error);
  return {
    message: `Something unexpected happened: ${message}`,
    details: error instanceof Error ? (error.stack ?? null) : null,
  };
}

/** Runs what a button does; a failure becomes a toast. Answers undefined then. */
export async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    const { message, details } = explain(error);
    toasts.add({ kind: 'failed', text: message, details });
    return undefined;
  }
}
