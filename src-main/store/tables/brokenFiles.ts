import type { Database } from 'better-sqlite3';
import type { BrokenFile } from '../../contract/values/dataset.ts';

export function brokenFilesTable(db: Database) {
  const insert = db.prepare<[number, string, string]>(
    'INSERT OR REPLACE INTO broken_files (dataset_id, path, reason) VALUES (?, ?, ?)',
  );
  const list = db.prepare<[number], BrokenFile>(
    'SELECT path, reason FROM broken_files WHERE dataset_id = ? ORDER BY path',
  );
  return {
    insertAll: db.transaction((datasetId: number, files: readonly BrokenFile[]) => {
      for (const file of files) insert.run(datasetId, file.path, file.reason);
    }),
    list: (datasetId: number): BrokenFile[] => list.all(datasetId),
  };
}
