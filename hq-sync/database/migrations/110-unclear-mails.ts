/** A mail that came back and may be a failure, a complaint or her own word: a person reads it, and it is no answer of hers. */
import type { Migration } from './migration.ts';

export const unclearMails: Migration = {
  version: 110,
  sql: 'ALTER TABLE replies ADD COLUMN is_unclear boolean NOT NULL DEFAULT false;',
};
