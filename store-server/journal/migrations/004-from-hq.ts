/**
 * What came from headquarters: beside each customer what of her is theirs (`hq`; null where they do not know her), when
 * she last spoke of each purpose, so that an older word never stands against a newer one, and her other ids. How far the
 * store has come in what they say is `hq` in `meta`.
 */
import type { Migration } from './migration.ts';

export const fromHq: Migration = {
  version: 4,
  sql: `
    ALTER TABLE people ADD COLUMN consent_at TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE people ADD COLUMN hq TEXT;
    UPDATE people SET consent_at = (
      SELECT json_group_object(text, at) FROM (
        SELECT words.text, max(facts.at) AS at FROM facts JOIN words ON words.id = facts.thing
        WHERE facts.subject = people.subject AND facts.type = (SELECT id FROM words WHERE text = 'consent.changed')
        GROUP BY words.text));

    CREATE TABLE other_ids (chain_id TEXT PRIMARY KEY, subject INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX other_ids_by_subject ON other_ids (subject);
  `,
};
