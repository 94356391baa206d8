-- user_version 1
CREATE UNIQUE INDEX facts_by_source ON facts (source, source_seq) WHERE source IS NOT NULL;
CREATE INDEX facts_by_subject ON facts (subject) WHERE subject IS NOT NULL;
CREATE INDEX notes_by_subject ON notes (subject) WHERE subject IS NOT NULL;
CREATE UNIQUE INDEX people_by_chain_id ON people (chain_id) WHERE chain_id IS NOT NULL;
CREATE UNIQUE INDEX sources_by_name ON sources (device, epoch);
CREATE TABLE facts ( seq INTEGER PRIMARY KEY, type INTEGER NOT NULL, at INTEGER NOT NULL, subject INTEGER, source INTEGER, source_seq INTEGER, cause INTEGER, late INTEGER NOT NULL, place INTEGER, thing INTEGER, ref TEXT, amount REAL, rest TEXT ) STRICT;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE notes (seq INTEGER PRIMARY KEY, subject INTEGER, note TEXT NOT NULL) STRICT;
CREATE TABLE people ( subject INTEGER PRIMARY KEY, chain_id TEXT, attributes TEXT NOT NULL, consent TEXT NOT NULL, locale TEXT NOT NULL ) STRICT;
CREATE TABLE rejected ( id INTEGER PRIMARY KEY, at INTEGER NOT NULL, came_by TEXT NOT NULL, device TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL, sample TEXT NOT NULL ) STRICT;
CREATE TABLE sources ( id INTEGER PRIMARY KEY, device TEXT NOT NULL, epoch TEXT NOT NULL, up_to INTEGER NOT NULL DEFAULT 0, heard_at INTEGER NOT NULL ) STRICT;
CREATE TABLE states ( subject INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, folded_to INTEGER NOT NULL, PRIMARY KEY (kind, subject) ) STRICT, WITHOUT ROWID;
CREATE TABLE timers (subject INTEGER PRIMARY KEY, due INTEGER NOT NULL) STRICT;
CREATE TABLE words (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
