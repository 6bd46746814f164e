import { UserError } from '../../base/errors.ts';
import { parseXml } from './xml.ts';

/**
 * The class names of the objects that a VOC annotation lists, each once. Objects marked `difficult` count: they are in the image, and its mask
 * shows them. (VOC's own evaluation leaves them out of both sides; an image has no label for "do not count".) The parts of a person, which
 * have names too, are no objects.
 * @throws UserError with the plain reason, without the file's name
 */
export function annotatedClasses(xml: string): string[] {
  const root = parseXml(xml);
  if (root === null)
    throw new UserError(
      'The annotation is cut off or not well-formed XML. Copy the file again from its source.',
    );
  if (root.name !== 'annotation')
    throw new UserError(`The file is XML of another kind: it begins with <${root.name}>, not <annotation>.`);
  const names = root.children
    .filter(({ name }) => name === 'object')
    .map((object) => object.children.find(({ name }) => name === 'name')?.text ?? '');
  if (names.includes('')) throw new UserError('The annotation has an object without a name.');
  return [...new Set(names)];
}
