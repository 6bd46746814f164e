const ANNOTATIONS = /\.(geo)?json(\.gz)?$/i;

/**
 * The absolute path of a slide that a dataset was cut from.
 * @param source what the user pointed at: a folder of slides, one slide, or the annotations beside it
 * @param slide relative to the folder, with forward slashes
 */
export function slideFile(source: string, slide: string): string {
  const separator = /^([A-Za-z]:)?\\/.test(source) ? '\\' : '/';
  const steps = slide.split('/').join(separator);
  if (source.endsWith(separator + steps)) return source;
  const folder = ANNOTATIONS.test(source) ? source.slice(0, source.lastIndexOf(separator)) : source;
  return folder.endsWith(separator) ? folder + steps : folder + separator + steps;
}
