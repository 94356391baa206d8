/**
 * Facts of forgotten visits that headquarters may have: kept by number until it has been told. `kind`: removed, or kept
 * without a person because money needs it. `epochs`: from which fact on the file was called so, for a file that was
 * put back once: each life has numbers of its own to the world outside.
 */
import type { Migration } from './migration.ts';

export const goneUp: Migration = {
  version: 3,
  sql: `
    CREATE TABLE gone_up (
      seq INTEGER PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('removed', 'nobodys'))
    ) STRICT;

    CREATE TABLE epochs (name TEXT PRIMARY KEY, first_seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO epochs (name, first_seq) SELECT value, 1 FROM meta WHERE key = 'storeEpoch';
  `,
};
