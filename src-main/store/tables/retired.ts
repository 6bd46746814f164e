/** A file, or a patch of a pack, whose content is known. */
export interface KnownFile {
  /** Relative to the dataset's root. */
  readonly path: string;
  /** Of the file's bytes, or of the patch's pixels; hexadecimal. */
  readonly sha256: string;
}

/**
 * Where the content of a patch `p` that was retired lies now: at the path of a current patch with the same content, its own path before
 * others; NULL where there is none, or where `p` is current itself.
 */
export const CURRENT_PATH = `iif(p.retired_in IS NULL, NULL, (
  SELECT c.path FROM patches c
  WHERE c.dataset_id = p.dataset_id AND c.sha256 = p.sha256 AND c.retired_in IS NULL
  ORDER BY c.path <> p.path, c.id LIMIT 1))`;
