/**
 * What dialogues have come to, counted once a fact: `dialogue_figures` is what is published, whole, and no erasure takes
 * anything from it (`erased_figures` is part of it). `counted_lines` says how far each line of a store is counted,
 * `uncounted_facts` which of headquarters' own facts are not.
 *
 * So that nobody counts twice, `dialogue_people` has who was counted: a chain-wide id, or, of a guest, her store's number
 * for her; `dialogue_messages` what was counted of a message, by a hash of its id. A fact that goes takes with it that its
 * person was counted for it (under the lock of whoever counts).
 */
import type { Migration } from './migration.ts';

/** As `customers/figure-counting.ts` counts them. */
const counted = [
  ...['run.entered', 'objective.reached', 'message.decided', 'message.shown', 'message.answered', 'message.silent'],
  ...['email.sent', 'mail.printed', 'call.logged'],
];
/** Once within a statement, once within the body of a function, which is a text itself. */
const kinds = counted.map((kind) => `'${kind}'`).join(', ');
const quotedKinds = kinds.replaceAll("'", "''");

export const figures: Migration = {
  version: 90,
  sql: `
    CREATE TABLE dialogue_figures (
      dialogue text NOT NULL,
      held boolean NOT NULL,
      figure text NOT NULL,
      count bigint NOT NULL,
      PRIMARY KEY (dialogue, held, figure)
    );
    INSERT INTO dialogue_figures SELECT dialogue, held, figure, count FROM erased_figures;
    DROP TABLE erased_figures;

    CREATE TABLE dialogue_people (
      chain_id text NOT NULL,
      dialogue text NOT NULL,
      held boolean NOT NULL,
      figure text NOT NULL,
      PRIMARY KEY (chain_id, dialogue, held, figure)
    );

    CREATE TABLE dialogue_messages (
      mark bytea PRIMARY KEY,
      dialogue text,
      figures text[] NOT NULL
    );

    CREATE TABLE counted_lines (
      store integer NOT NULL,
      epoch integer NOT NULL,
      to_seq bigint NOT NULL,
      PRIMARY KEY (store, epoch)
    );

    CREATE TABLE uncounted_facts (
      chain_id text NOT NULL,
      number bigint NOT NULL,
      PRIMARY KEY (chain_id, number)
    );
    INSERT INTO uncounted_facts SELECT chain_id, number FROM own_facts WHERE chain_id <> '' AND type IN (${kinds});

    ${['dialogue_people', 'uncounted_facts']
      .map(
        (table) =>
          `CREATE TRIGGER ${table}_erased BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION keep_erased_out();`,
      )
      .join('\n    ')}

    CREATE FUNCTION note_uncounted_facts() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN INSERT INTO uncounted_facts (chain_id, number) SELECT chain_id, number FROM added WHERE chain_id <> '''' AND type IN (${quotedKinds}); RETURN NULL; END';
    CREATE TRIGGER own_facts_uncounted AFTER INSERT ON own_facts REFERENCING NEW TABLE AS added
      FOR EACH STATEMENT EXECUTE FUNCTION note_uncounted_facts();

    CREATE FUNCTION forget_who_was_counted() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN IF NOT EXISTS (SELECT FROM gone) THEN RETURN NULL; END IF; PERFORM pg_advisory_xact_lock(7204121); DELETE FROM dialogue_people USING (SELECT DISTINCT coalesce(who.chain_id, gone.store || ''.'' || gone.epoch || ''.'' || gone.subject) AS chain_id, thing.text AS dialogue FROM gone JOIN words kind ON kind.store = gone.store AND kind.epoch = gone.epoch AND kind.id = gone.type AND kind.text IN (''run.entered'', ''objective.reached'') JOIN words thing ON thing.store = gone.store AND thing.epoch = gone.epoch AND thing.id = gone.thing LEFT JOIN subjects who ON who.store = gone.store AND who.epoch = gone.epoch AND who.subject = gone.subject) AS forgotten WHERE dialogue_people.chain_id = forgotten.chain_id AND dialogue_people.dialogue = forgotten.dialogue; RETURN NULL; END';
    CREATE TRIGGER facts_gone AFTER DELETE ON facts REFERENCING OLD TABLE AS gone
      FOR EACH STATEMENT EXECUTE FUNCTION forget_who_was_counted();
  `,
};
