import { crc32 } from 'node:zlib';

/** A zip of uncompressed files, as torch.save writes them (.ZIP File Format Specification, 4.3). */
export function storedZip(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const [parts, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, data] of Object.entries(files)) {
    const path = Buffer.from(name);
    const common = [
      0,
      0,
      0,
      0,
      0,
      crc32(data) & 0xffff,
      crc32(data) >>> 16,
      ...words(data.length),
      ...words(data.length),
    ];
    const local = Buffer.concat([shorts(0x4b50, 0x0403, ...common, path.length, 0), path, data]);
    directory.push(
      shorts(0x4b50, 0x0201, 20, ...common, path.length, 0, 0, 0, 0, 0, 0, ...words(offset)),
      path,
    );
    parts.push(local);
    offset += local.length;
  }
  const count = Object.keys(files).length;
  const size = Buffer.concat(directory).length;
  const end = shorts(0x4b50, 0x0605, 0, 0, count, count, ...words(size), ...words(offset), 0);
  return Buffer.concat([...parts, ...directory, end]);
}

const words = (value: number) => [value & 0xffff, value >>> 16];

function shorts(...values: number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}
