/**
 * Erasing somebody at headquarters, in one transaction: attributes, address, consents, preferences, states, commands with
 * their words, what people wrote, who she is in each store's numbers. What she bought stays, as nobody's; what she counted
 * for in published figures stays counted. Every store is told (`erasure-book.ts`), and nothing that comes later brings her
 * back.
 *
 * Every table with a column `chain_id` is about people: all of them are cleared, those that are added later among them.
 * A hash of her id stays (`erased_ids`), by which each of them refuses her from then on; what stands in the files still
 * is owed to `clean-traces.ts`.
 */
import { createHash, randomBytes } from 'node:crypto';
import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import type { Sql } from '../database/database.ts';
import { forgetDown } from '../down/store-customers.ts';
import { markToFold } from '../facts/own-facts.ts';
import { blankQuarantine } from '../intake/quarantine.ts';
import { countHers } from './figure-counting.ts';
import { oweTraces } from './traces-owed.ts';
import { idsOfWhole } from './whole-person.ts';

/** What the books need. */
const moneyTypes = ['sale', 'return'];

export interface Erasure {
  readonly chainId: string;
  readonly chainKey: string;
  /** page, operator, store */
  readonly origin: string;
  readonly now: number;
}

/**
 * In the caller's transaction; false where she was erased before. What has come of her since goes as well, and so does
 * what is known under other ids that turned out to be hers.
 */
export async function eraseCustomer(sql: Sql, erasure: Erasure): Promise<boolean> {
  const whole = [...new Set([erasure.chainId, ...(await idsOfWhole(sql, erasure.chainId))])];
  await hold(sql, whole, erasure.now);
  const isNew = await eraseId(sql, erasure);
  for (const id of whole.slice(1)) await eraseId(sql, { ...erasure, chainId: id });
  // What the parting of her ids has noted of the others: there is nobody left to be told of, or to be folded.
  for (const table of ['to_fold', 'changed_customers'])
    await sql.query(`DELETE FROM ${table} WHERE chain_id = ANY($1::text[])`, [whole]);
  await oweTraces(sql, { isUrgent: true, now: erasure.now });
  return isNew;
}

/**
 * Whoever folds her has her row, whoever carries out a command for her its row: this waits until that is done, and what
 * it wrote goes too. First her, then what is to be done about her, as everybody does who needs both.
 */
async function hold(sql: Sql, ids: readonly string[], now: number): Promise<void> {
  await markToFold(sql, ids, now);
  await sql.query('SELECT FROM to_fold WHERE chain_id = ANY($1::text[]) ORDER BY chain_id FOR UPDATE', [ids]);
  await sql.query('SELECT FROM commands WHERE chain_id = ANY($1::text[]) ORDER BY chain_id, command FOR UPDATE', [ids]);
}

async function eraseId(sql: Sql, { chainId, chainKey, origin, now }: Erasure): Promise<boolean> {
  await countHers(sql, chainId);
  const asked = await sql.query(
    `INSERT INTO erasures (tombstone, asked_at, origin) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING tombstone`,
    [tombstoneOf(chainKey, chainId), now, origin],
  );
  await sql.query(`INSERT INTO erased_ids (mark) VALUES (sha256(convert_to($1, 'UTF8'))) ON CONFLICT DO NOTHING`, [
    chainId,
  ]);
  await leaveMoney(sql, chainId);
  await blankQuarantine(sql, chainId);
  await sql.query(
    `INSERT INTO erased_subjects (store, epoch, subject) SELECT store, epoch, subject FROM subjects WHERE chain_id = $1
     ON CONFLICT DO NOTHING`,
    [chainId],
  );
  await sql.query(
    `DELETE FROM notes USING subjects WHERE subjects.chain_id = $1 AND notes.store = subjects.store
       AND notes.epoch = subjects.epoch AND notes.subject = subjects.subject`,
    [chainId],
  );
  await sql.query('DELETE FROM subjects WHERE chain_id = $1', [chainId]);
  for (const table of await tablesOfPeople(sql)) await sql.query(`DELETE FROM ${table} WHERE chain_id = $1`, [chainId]);
  await forgetDown(sql, chainId);
  return asked.length > 0;
}

/** Facts are kept under ids that lead to nobody: those of their source may name her. */
async function leaveMoney(sql: Sql, chainId: string): Promise<void> {
  const rows = await sql.query<{ id: string }>(
    'SELECT id FROM own_facts WHERE chain_id = $1 AND type = ANY($2::text[])',
    [chainId, moneyTypes],
  );
  // Drawn once and thrown away: with it, whose they were cannot be told again.
  const salt = randomBytes(16);
  const ids = rows.map(({ id }) => createHash('sha256').update(salt).update(id).digest('hex'));
  if (rows.length > 0)
    await sql.query(
      `UPDATE own_facts SET chain_id = '', id = fresh.id
       FROM unnest($2::text[], $3::text[]) AS fresh (was, id) WHERE own_facts.chain_id = $1 AND own_facts.id = fresh.was`,
      [chainId, rows.map(({ id }) => id), ids],
    );
}

export async function tablesOfPeople(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ name: string }>(
    `SELECT columns.table_name::text AS name FROM information_schema.columns JOIN information_schema.tables
       USING (table_schema, table_name)
     WHERE table_schema = current_schema() AND column_name = 'chain_id' AND table_type = 'BASE TABLE'
     ORDER BY table_name`,
  );
  return rows.map(({ name }) => name);
}
