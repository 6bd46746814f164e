import type { Database } from 'better-sqlite3';
import { UserError } from '../base/errors.ts';
import { migrations as all } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';

/**
 * Brings a database to the newest schema, one transaction for each migration; what is done already is skipped.
 * @throws UserError when the database was written by a newer Tessera.
 */
export function migrate(db: Database, migrations: readonly Migration[] = all): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  const newest = migrations.at(-1)?.version ?? 0;
  if (version > newest) {
    throw new UserError(
      `The workspace's database ${db.name} was written by a newer version of Tessera (schema ${version}; this one knows ${newest}). ` +
        'Nothing was changed. Install the newer version to open it.',
    );
  }
  for (const migration of migrations.filter((candidate) => candidate.version > version)) {
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.version}`);
    })();
  }
}
