import Sqlite, { type Database } from 'better-sqlite3';
import { UserError, reasonOf } from '../base/errors.ts';
import { migrate } from './migrate.ts';

/**
 * Opens (or creates) a workspace's database with the newest schema.
 * WAL with `synchronous = NORMAL`: a crash of the process loses nothing, a power cut at most the last transactions.
 * @throws UserError when the file is not a database of Tessera's, or a newer one.
 */
export function openDatabase(file: string): Database {
  let db: Database | undefined;
  try {
    db = new Sqlite(file);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 5000');
    migrate(db);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof UserError) throw error;
    throw new UserError(
      `The workspace's database ${file} could not be opened: ${reasonOf(error)}. Is the disk full, or the folder read-only?`,
    );
  }
}
