/** Who looked a customer up: written down, whoever looks and by whichever way. */
import type { Sql } from '../database/database.ts';

export interface LookUp {
  /** Whoever signed in; of the command line `commandLine`. */
  readonly operator: string;
  readonly now: number;
  /** Whom she looked up is kept as a hash that leads nowhere, and yet answers whether it was this one. */
  readonly person: string;
  readonly found: boolean;
}

/** No name that anybody can sign in with. */
export const commandLine = '(command line)';

export async function writeLookUp(sql: Sql, { operator, now, person, found }: LookUp): Promise<void> {
  await sql.query(
    `INSERT INTO look_ups (operator, at, id, person, found)
     VALUES ($1, $2, (SELECT count(*)::text FROM look_ups WHERE operator = $1 AND at = $2), $3, $4)`,
    [operator, now, person, found],
  );
}
