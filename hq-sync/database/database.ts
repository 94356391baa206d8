/**
 * The database of headquarters as the rest of HQ sees it: PostgreSQL on a server of its own, or PGlite inside this
 * process where nobody has set one up. The same SQL and the same migrations serve both; only how rows are copied in
 * differs, and stands behind `copyIn`.
 *
 * HQ processes keep nothing else: several can serve one database, and what they must not do twice they take by a row
 * lock in the transaction of the effect.
 */

/** What PostgreSQL said of a statement that it would not carry out; the transaction is over. */
export class SqlRefusedError extends Error {
  /** SQLSTATE, five characters. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

export interface Sql {
  /** Rows as objects; `bigint` comes as a number (ours stay below 2^53). Rejects with `SqlRefusedError`. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Rows in the text format of COPY. Rejects with `SqlRefusedError`: then none of them is there. */
  copyIn(table: string, columns: readonly string[], rows: Buffer): Promise<void>;
}

export interface Database extends Sql {
  readonly kind: 'postgres' | 'pglite';
  /** Commits where `run` resolves, rolls back where it rejects, and rejects as it did. */
  transaction<Result>(run: (sql: Sql) => Promise<Result>): Promise<Result>;
  /** One connection for all of `run`, each statement by itself; what it has set or locked for its session ends with it. */
  session<Result>(run: (sql: Sql) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export function copyStatement(table: string, columns: readonly string[], source: string): string {
  return `COPY ${table} (${columns.join(', ')}) FROM ${source}`;
}
