/** A file, or a patch of a pack, whose content is known. */
export interface KnownFile {
  /** Relative to the dataset's root. */
  readonly path: string;
  /** Of the file's bytes, or of the patch's pixels; hexadecimal. */
  readonly sha256: string;
}

/**
 * The current row with the content of a patch `p` that was retired: at its own path before others with the same content, of which the first
 * counts; NULL where there is none, or where `p` is current itself. Both are looked up, because thousands may have the same content (blank
 * ones, say).
 */
export const CURRENT_ID = `iif(p.retired_in IS NULL, NULL, coalesce(
  (SELECT o.id FROM patches o INDEXED BY patches_by_path
   WHERE o.dataset_id = p.dataset_id AND o.path = p.path AND o.retired_in IS NULL AND o.sha256 = p.sha256),
  (SELECT o.id FROM patches o INDEXED BY patches_by_content
   WHERE o.dataset_id = p.dataset_id AND o.sha256 = p.sha256 AND o.retired_in IS NULL ORDER BY o.id LIMIT 1)))`;
