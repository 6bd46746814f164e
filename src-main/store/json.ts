import type { z } from 'zod';

/** Reads a JSON column and checks it. @throws when the stored value does not fit, naming the column. */
export function fromJson<S extends z.ZodType>(schema: S, text: string, column: string): z.output<S> {
  const parsed = schema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(`The database holds an unreadable value in ${column}: ${parsed.error.message}`);
}
