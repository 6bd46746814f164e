import { createHash } from 'node:crypto';

/*
 * Values in a file's metadata, as JSON. Neither .safetensors nor .onnx has a checksum of its own, so the SHA-256 of the text stands
 * beside it. It tells damage, not fraud: whoever changes the one can change the other.
 */

const checksumKey = (key: string): string => `${key}_sha256`;

/** A value as a file's metadata holds it. */
export function sealed(key: string, value: unknown): Record<string, string> {
  const text = JSON.stringify(value);
  return { [key]: text, [checksumKey(key)]: sha256(text) };
}

/** The text of a value, and whether its checksum is right; null: it has none. undefined: there is no such value. */
export function unsealed(
  key: string,
  { [key]: text, [checksumKey(key)]: checksum }: Readonly<Record<string, string>>,
): { readonly text: string; readonly intact: boolean | null } | undefined {
  if (text === undefined) return undefined;
  return { text, intact: checksum === undefined ? null : checksum === sha256(text) };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
