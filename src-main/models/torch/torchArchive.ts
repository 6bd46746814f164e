import { crc32 } from 'node:zlib';
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { reasonOf, UserError } from '../../base/errors.ts';

/** What lies in a file that torch.save wrote; views into its bytes. */
export interface TorchArchive {
  /** The table of tensors. */
  readonly pickle: Uint8Array;
  /** The numbers, by the keys that the table refers to. */
  readonly storages: ReadonlyMap<string, Uint8Array>;
}

/** A ResNet has a few hundred. */
const MAX_PARTS = 100_000;

/**
 * Opens a zip of torch.save: `<name>/data.pkl`, `<name>/byteorder` and `<name>/data/<key>`. All are stored uncompressed, so no
 * memory is needed besides the file's own bytes, whatever it claims.
 * @throws UserError saying what is wrong with the file; the caller names it.
 */
export async function openTorchArchive(bytes: Uint8Array): Promise<TorchArchive> {
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const parts = await listParts(zip, bytes.length);
    const root = rootOf([...parts.keys()]);
    const read = async (name: string) => {
      const part = parts.get(root + name);
      return part && (await readPart(zip, part, bytes));
    };
    checkByteOrder(await read('byteorder'));
    const storages = new Map<string, Uint8Array>();
    for (const [name, part] of parts)
      if (name.startsWith(`${root}data/`))
        storages.set(name.slice(`${root}data/`.length), await readPart(zip, part, bytes));
    return { pickle: (await read('data.pkl')) ?? new Uint8Array(), storages };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('it is torn or damaged; copy or download it again', reasonOf(error));
  }
}

async function listParts(zip: ZipFile, length: number): Promise<Map<string, Entry>> {
  const parts = new Map<string, Entry>();
  let total = 0;
  for await (const part of zip.eachEntry()) {
    total += part.compressedSize;
    // Parts that lie over each other would make the checksums of a small file take for ever.
    if (parts.has(part.fileName) || total > length || parts.size === MAX_PARTS)
      throw new Error(`${part.fileName}: parts lie over each other, or there are too many`);
    parts.set(part.fileName, part);
  }
  return parts;
}

/** The folder that holds everything, with its slash. */
function rootOf(names: readonly string[]): string {
  const roots = names.flatMap((name) => /^([^/]+\/)data\.pkl$/.exec(name)?.[1] ?? []);
  const [root] = roots;
  if (root === undefined || roots.length > 1)
    throw new UserError('it is a zip file, but none that torch.save wrote');
  if (names.includes(`${root}constants.pkl`))
    throw new UserError(
      'it is a TorchScript program; save its weights alone, with torch.save(model.state_dict(), …)',
    );
  return root;
}

async function readPart(zip: ZipFile, part: Entry, bytes: Uint8Array): Promise<Uint8Array> {
  const { fileName, uncompressedSize: size } = part;
  if (part.compressionMethod !== 0 || part.isEncrypted() || part.compressedSize !== size)
    throw new UserError(
      `its part ${fileName} is compressed or encrypted, which torch.save does not do; save it again with torch.save`,
    );
  const { fileDataStart: start } = await zip.readLocalFileHeaderPromise(part, { minimal: true });
  // Not `subarray`: that of a Buffer is a Buffer, whose `slice` would not copy.
  const data =
    start + size <= bytes.length ? new Uint8Array(bytes.buffer, bytes.byteOffset + start, size) : null;
  if (data === null || crc32(data) !== part.crc32)
    throw new UserError(`its part ${fileName} is damaged: the checksum is wrong; copy or download it again`);
  return data;
}

/** Files of PyTorch before 2.1 say nothing; they come from little-endian computers like every current one. */
function checkByteOrder(order: Uint8Array | undefined): void {
  if (order !== undefined && new TextDecoder().decode(order) !== 'little')
    throw new UserError('it was saved on a big-endian computer; save it again on a usual one');
}
