/**
 * PGlite: PostgreSQL inside this process, for a chain that has set up no server, for `npm start` and for tests. One
 * connection, so transactions wait for each other; some 400 MB of memory.
 */

import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { copyStatement, type Database, type Sql, SqlRefusedError } from './database.ts';
import { lockFolder } from './folder-lock.ts';

const int8 = 20;

/** `folder`: null for a database that ends with the process. Rejects with `FolderTakenError`. */
export async function openPglite(folder: string | null): Promise<Database> {
  const options = { parsers: { [int8]: Number } };
  const unlock = folder === null ? (): void => undefined : lockFolder(folder);
  const db = await (folder === null ? PGlite.create(options) : PGlite.create(join(folder, 'pglite'), options)).catch(
    (error: unknown) => {
      unlock();
      throw error;
    },
  );
  return {
    kind: 'pglite',
    ...sqlOf(db),
    transaction: (run) => db.transaction((transaction) => run(sqlOf(transaction))),
    session: async (run) => {
      const sql = sqlOf(db);
      return run(sql).finally(() =>
        sql.query('RESET lock_timeout').then(() => sql.query('SELECT pg_advisory_unlock_all()')),
      );
    },
    close: async () => {
      await db.close();
      unlock();
    },
  };
}

function sqlOf(on: Pick<PGlite, 'query'>): Sql {
  return {
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await on.query<Row>(text, [...values]).catch(refuse)).rows,
    copyIn: async (table, columns, rows) => {
      const blob = new Blob([new Uint8Array(rows)]);
      await on.query(copyStatement(table, columns, "'/dev/blob'"), [], { blob }).catch(refuse);
    },
  };
}

function refuse(error: Error): never {
  const { code } = error as { code?: string };
  throw new SqlRefusedError(error.message, code ?? '');
}
