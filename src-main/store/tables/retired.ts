/** A file, or a patch of a pack, whose content is known. */
export interface KnownFile {
  /** Relative to the dataset's root. */
  readonly path: string;
  /** Of the file's bytes, or of the patch's pixels; hexadecimal. */
  readonly sha256: string;
}

/**
 * Where the content of a patch `p` that was retired lies now: at its own path before others with the same content, of which the first
 * counts; NULL where there is none, or where `p` is current itself. Both are looked up, because thousands may have the same content (blank
 * ones, say).
 */
export const CURRENT_PATH = `iif(p.retired_in IS NULL, NULL, coalesce(
  (SELECT c.path FROM patches c INDEXED BY patches_by_path
   WHERE c.dataset_id = p.dataset_id AND c.path = p.path AND c.retired_in IS NULL AND c.sha256 = p.sha256),
  (SELECT c.path FROM patches c INDEXED BY patches_by_content
   WHERE c.dataset_id = p.dataset_id AND c.sha256 = p.sha256 AND c.retired_in IS NULL ORDER BY c.id LIMIT 1)))`;
