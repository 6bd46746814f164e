/**
 * Lets at most one value pass per interval; of those that come in between, the newest passes when the interval ends
 * (or at `flush`), so that the last one is never lost.
 */
export function throttled<T>(milliseconds: number, pass: (value: T) => void) {
  let waiting: { value: T } | null = null;
  let timer: NodeJS.Timeout | null = null;

  const flush = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (!waiting) return;
    const { value } = waiting;
    waiting = null;
    pass(value);
    timer = setTimeout(flush, milliseconds);
    timer.unref();
  };
  return {
    push(value: T): void {
      waiting = { value };
      if (!timer) flush();
    },
    flush,
  };
}
