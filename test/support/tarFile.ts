export interface TarMember {
  readonly name: string;
  readonly content?: Buffer | string;
  /** "0" file, "2" link, "5" folder, "L" long name, "x" pax … */
  readonly type?: string;
  /** What the header claims, where it lies. */
  readonly claimedSize?: number;
  readonly linkName?: string;
}

/** A ustar file, written by hand so that tests can make hostile ones. */
export function tarFile(members: readonly TarMember[], end = true): Buffer {
  const blocks = members.flatMap((member) => {
    const content = Buffer.from(member.content ?? '');
    const header = Buffer.alloc(512);
    header.write(member.name, 0, 100);
    header.write('0000644\0', 100);
    header.write(`${(member.claimedSize ?? content.length).toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write(member.type ?? '0', 156);
    header.write(member.linkName ?? '', 157, 100);
    header.write('ustar\x0000', 257, 'latin1');
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(end ? 1024 : 0)]);
}
