/**
 * What holds an erasure beyond its transaction. `erased_ids` has a hash of the chain-wide id of each who was erased:
 * every table of people asks it before it takes a row, so that nothing brings her back, by whatever way and however late.
 * `traces_owed`: something of somebody was deleted and stands in the files still; `xid` is by which transaction, and a
 * row `is_urgent` where a person asked for it. `cleanings` has one row: what came of the last cleaning.
 *
 * What people wrote is not sampled for the planner either: a sample is a copy that no erasure reaches. (Naming a column's
 * type anew takes the sample away that was made before.)
 */
import type { Migration } from './migration.ts';

/** Those that somebody could come back in. */
const guarded = [
  ...[
    'customers',
    'consents',
    'own_facts',
    'customer_states',
    'commands',
    'carriage',
    'tags',
    'replies',
    'preferences',
  ],
  ...['waiting_runs', 'other_ids', 'identities', 'store_customers', 'subjects', 'not_understood'],
];

const written: readonly (readonly [table: string, column: string, type: string])[] = [
  ['notes', 'note', 'text'],
  ['notes', 'more', 'jsonb'],
  ['quarantine', 'sample', 'text'],
  ['quarantine', 'reason', 'text'],
  ['customers', 'attributes', 'jsonb'],
  ['customers', 'address', 'jsonb'],
  ['own_facts', 'body', 'jsonb'],
  ['own_facts', 'id', 'text'],
  ['customer_states', 'state', 'jsonb'],
  ['commands', 'words', 'jsonb'],
  ['commands', 'outcome', 'jsonb'],
  ['waiting_runs', 'state', 'text'],
  ['replies', 'sender', 'text'],
  ['replies', 'subject', 'text'],
  ['replies', 'words', 'text'],
];

export const traces: Migration = {
  version: 60,
  sql: `
    CREATE TABLE erased_ids (mark bytea PRIMARY KEY);

    CREATE TABLE traces_owed (
      owed bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at bigint NOT NULL,
      is_urgent boolean NOT NULL,
      xid xid8 NOT NULL DEFAULT pg_current_xact_id()
    );

    CREATE TABLE cleanings (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      at bigint NOT NULL,
      tables integer NOT NULL,
      is_log_clean boolean NOT NULL,
      reason text
    );

    CREATE INDEX outside_seen_by_time ON outside_seen USING brin (at);

    CREATE FUNCTION keep_erased_out() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN IF EXISTS (SELECT FROM erased_ids WHERE mark = sha256(convert_to(NEW.chain_id, ''UTF8''))) THEN RETURN NULL; END IF; RETURN NEW; END';
    ${guarded
      .map(
        (table) => `CREATE TRIGGER ${table}_erased BEFORE INSERT ON ${table}
      FOR EACH ROW EXECUTE FUNCTION keep_erased_out();`,
      )
      .join('\n    ')}
    ${written
      .flatMap(([table, column, type]) => [
        `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE ${type};`,
        `ALTER TABLE ${table} ALTER COLUMN ${column} SET STATISTICS 0;`,
      ])
      .join('\n    ')}
  `,
};
