/** PostgreSQL by node-postgres: a pool, rows copied in by pg-copy-streams. */
import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { copyStatement, type Database, type Sql, SqlRefusedError } from './database.ts';

/** One HQ process; more wait for a free one. */
const connectionsMax = 10;
const connectTimeoutMs = 10_000;
/** One that nobody needs is kept so long: a new one has to learn the tables first, while a store waits. */
const idleMsMax = 60_000;
const int8 = 20;
/** PostgreSQL takes in a piece whole before it looks at it: so long that it stays in a processor's own cache. */
const copyPieceBytes = 256 * 1024;

/** What PostgreSQL has not said the end of: the line to it is gone, and the transaction with it. */
const connectionLost = '08006';

/** Rejects where nobody answers there. */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleMsMax,
    // Nor does a process that has nothing else to do wait for it.
    allowExitOnIdle: true,
    types: { getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text')) },
  });
  // A connection that is cut is replaced by the pool, and whoever was at work on it hears of it by what it asks next.
  // Without a listener it would end the process: the pool's own hears of those that idle, each one's of those in use.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  await pool.query('SELECT 1').catch(async (error: Error) => {
    await pool.end();
    throw error;
  });
  return {
    kind: 'postgres',
    ...sqlOf(pool),
    transaction: (run) => transact(pool, run),
    session: async (run) => {
      const client = await pool.connect();
      // Not given back to the pool: whatever it has locked or set goes with the connection.
      return run(sqlOf(client)).finally(() => client.release(true));
    },
    close: () => pool.end(),
  };
}

async function transact<Result>(pool: pg.Pool, run: (sql: Sql) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await run(sqlOf(client));
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: Error) => {
      broken = lost;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

function sqlOf(on: pg.Pool | pg.PoolClient): Sql {
  return {
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
      const result = await on.query<Row & pg.QueryResultRow>(text, [...values]).catch(refuse);
      return result.rows;
    },
    copyIn: async (table, columns, rows) => {
      const client = on instanceof pg.Pool ? await on.connect() : on;
      try {
        const stream = client.query(copyFrom(copyStatement(table, columns, 'STDIN')));
        for (let at = 0; at < rows.length; at += copyPieceBytes) stream.write(rows.subarray(at, at + copyPieceBytes));
        stream.end();
        await finished(stream).catch(refuse);
      } finally {
        if (client !== on) (client as pg.PoolClient).release();
      }
    },
  };
}

function refuse(error: Error): never {
  const { code } = error as { code?: string };
  throw new SqlRefusedError(error.message, code ?? connectionLost);
}
