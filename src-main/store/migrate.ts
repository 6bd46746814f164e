import type { Database } from 'better-sqlite3';
import { UserError } from '../base/errors.ts';
import { migrations as all } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';

/**
 * Brings a database to the newest schema, one transaction for each migration; what is done already is skipped. References are
 * checked at the end of each instead of on the way, so that a migration can write a table anew (to change a CHECK) without the old
 * one's removal cascading to the rows that refer to it.
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
  const enforced = db.pragma('foreign_keys', { simple: true }) as number;
  db.pragma('foreign_keys = OFF'); // has no effect inside a transaction
  try {
    for (const migration of migrations.filter((candidate) => candidate.version > version)) {
      db.transaction(() => {
        db.exec(migration.sql);
        const dangling = db.pragma('foreign_key_check') as { table: string }[];
        if (dangling.length > 0)
          throw new Error(
            `Migration ${migration.version} leaves ${dangling[0]?.table} with a dangling reference.`,
          );
        db.pragma(`user_version = ${migration.version}`);
      })();
    }
  } finally {
    db.pragma(`foreign_keys = ${enforced}`);
  }
}
