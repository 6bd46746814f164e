import { UserError } from '../../base/errors.ts';
import { quoted } from '../../base/words.ts';
import type { DatasetLayout } from '../../contract/values/dataset.ts';

export interface MergedClasses {
  /** The dataset's from now on: those that it had, then new ones. */
  readonly classNames: readonly string[];
  /** [found classes]: the index of each in `classNames` */
  readonly indices: readonly number[];
}

/**
 * Puts the classes that a refresh found into the dataset's order. An index once given stays what it is, because runs and models speak
 * of classes by their index; a new class comes last.
 * @throws UserError when a class is no longer there, or the classes of masks, which hold indices themselves, are in another order
 */
export function mergeClasses(
  { name, layout, classNames: known }: { name: string; layout: DatasetLayout; classNames: readonly string[] },
  found: readonly string[],
): MergedClasses {
  const gone = known.filter((each) => !found.includes(each));
  if (gone.length > 0) {
    const one = gone.length === 1;
    throw new UserError(
      `The ${one ? 'class' : 'classes'} ${quoted(gone)} of “${name}” ${one ? 'is' : 'are'} no longer there, and runs and models may have learnt ` +
        `${one ? 'it. Nothing was changed: put the class back' : 'them. Nothing was changed: put the classes back'}, or import the data as a new dataset.`,
    );
  }
  const classNames = [...known, ...found.filter((each) => !known.includes(each))];
  if (layout === 'voc' && classNames.some((each, index) => each !== found[index]))
    throw new UserError(
      `The classes of “${name}” are in another order now, so that its masks would mean other classes. Nothing was changed: put new classes last, or import the data as a new dataset.`,
    );
  return { classNames, indices: found.map((each) => classNames.indexOf(each)) };
}
