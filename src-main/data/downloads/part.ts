import { createHash, type Hash } from 'node:crypto';
import { constants, open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { Checksum, DownloadFile } from '../../contract/values/download.ts';
import { diskError } from './diskError.ts';
import { addToHash } from './hashFile.ts';
import { partFile, readState, stateFile, writeState, type PartState } from './partState.ts';

/**
 * The part of a file that was received, beside where the file will be. What it holds is hashed as it comes; what an earlier process
 * received is hashed from disk.
 */
export class Part {
  readonly #file: string;
  readonly #checksum: Checksum | null;
  readonly #handle: FileHandle;
  #hash: Hash;
  #size = 0;
  #state: PartState | null = null;
  #patched = false;

  private constructor(file: string, checksum: Checksum | null, handle: FileHandle) {
    this.#file = file;
    this.#checksum = checksum;
    this.#handle = handle;
    this.#hash = createHash(checksum?.algorithm ?? 'md5');
  }

  /**
   * Opens what an earlier attempt left, or begins.
   * @throws UserError when the folder cannot be written to; the signal's reason when aborted
   */
  static async open(file: string, { checksum, bytes }: DownloadFile, signal: AbortSignal): Promise<Part> {
    const name = partFile(file);
    const handle = await open(name, constants.O_RDWR | constants.O_CREAT).catch((error: unknown) => {
      throw diskError(name, error);
    });
    const part = new Part(file, checksum, handle);
    try {
      const { size } = await handle.stat();
      part.#state = await readState(file);
      if (size > (bytes ?? Infinity)) await part.clear();
      else await part.#takeOver(size, signal);
      return part;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #takeOver(size: number, signal: AbortSignal): Promise<void> {
    if (this.#checksum) await addToHash(this.#hash, partFile(this.#file), size, signal);
    this.#size = size;
    this.#patched = size > 0;
  }

  get size(): number {
    return this.#size;
  }

  get state(): PartState | null {
    return this.#state;
  }

  /** Whether it was put together from more than one response, or holds bytes of an earlier process. */
  get patched(): boolean {
    return this.#patched;
  }

  /** Notes that bytes follow, and where they are from. */
  async begin(state: PartState): Promise<void> {
    this.#patched ||= this.#size > 0;
    this.#state = state;
    await writeState(this.#file, state);
  }

  /** @throws UserError when the disk is full or will not have it */
  async append(chunk: Uint8Array): Promise<void> {
    for (let done = 0; done < chunk.length;)
      done += await this.#onDisk(() => this.#write(chunk.subarray(done), this.#size + done));
    this.#size += chunk.length;
    if (this.#checksum) this.#hash.update(chunk);
  }

  async #write(bytes: Uint8Array, position: number): Promise<number> {
    return (await this.#handle.write(bytes, 0, bytes.length, position)).bytesWritten;
  }

  /** Forgets all that was received. */
  async clear(): Promise<void> {
    await this.#onDisk(() => this.#handle.truncate(0));
    await rm(stateFile(this.#file), { force: true });
    this.#hash = createHash(this.#checksum?.algorithm ?? 'md5');
    this.#size = 0;
    this.#state = null;
    this.#patched = false;
  }

  /** What the checksum of its bytes is, where it is not the published one; null: all is well, or none is published. */
  wrongChecksum(): string | null {
    const hex = this.#checksum ? this.#hash.copy().digest('hex') : null;
    return hex === (this.#checksum?.hex ?? null) ? null : hex;
  }

  /** Makes it the file. @throws UserError when the disk will not have it */
  finish(): Promise<void> {
    return this.#onDisk(async () => {
      await this.#handle.sync();
      await this.#handle.close(); // Windows renames no open file
      await rename(partFile(this.#file), this.#file);
      await rm(stateFile(this.#file), { force: true });
    });
  }

  /** Leaves it for the next attempt; an empty one leaves nothing. */
  async close(): Promise<void> {
    await this.#handle.close();
    if (this.#size === 0) await rm(partFile(this.#file), { force: true });
  }

  async #onDisk<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw diskError(partFile(this.#file), error);
    }
  }
}
