import { stat } from 'node:fs/promises';
import { UserError, reasonOf } from '../../base/errors.ts';
import { isZip } from './names.ts';

/**
 * What the user pointed at.
 * @throws UserError when it is neither a folder nor an archive that can be read
 */
export async function datasetSource(path: string): Promise<'folder' | 'zip' | 'tar'> {
  const info = await stat(path).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UserError(
      code === 'ENOENT'
        ? `${path} does not exist. Check the path, and that the drive is connected.`
        : `${path} cannot be opened: ${reasonOf(error)}.`,
    );
  });
  if (info.isDirectory()) return 'folder';
  if (info.isFile() && isZip(path)) return 'zip';
  if (info.isFile() && /\.tar$/i.test(path)) return 'tar';
  if (info.isFile() && /\.(tgz|tar\.\w+)$/i.test(path))
    throw new UserError(`${path} is a compressed tar. Unpack it yourself and import the folder.`);
  throw new UserError(
    `${path} is neither a folder nor a zip or tar file, nor a slide. Choose the folder that holds one folder per class, VOC2012, or slides beside their annotations.`,
  );
}
