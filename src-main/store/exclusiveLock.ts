import Sqlite from 'better-sqlite3';

/**
 * Takes an exclusive lock that the operating system gives back when the process ends, in whatever way.
 * SQLite knows how to do that on every platform, so the lock is an empty database held in a transaction.
 * @returns how to give it back, or null when another process has it.
 */
export function exclusiveLock(file: string): (() => void) | null {
  const db = new Sqlite(file, { timeout: 0 });
  try {
    db.pragma('journal_mode = MEMORY'); // no journal beside it
    db.exec('BEGIN EXCLUSIVE');
    return () => db.close();
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return null;
    throw error;
  }
}
