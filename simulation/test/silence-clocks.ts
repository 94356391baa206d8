/** The clocks of silence, as the closed journal tells them: read with SQL of the tests' own. */
import Database from 'better-sqlite3';

export interface SilenceClock {
  readonly message: string;
  /** The earliest first paint, as it was reported. */
  readonly shownAt: number;
  readonly silentAt: number;
  /** How often it fired. */
  readonly fired: number;
}

/** Each message that was shown and then ignored. */
export function silenceClocks(journal: string): SilenceClock[] {
  return read(
    journal,
    `SELECT silent.ref AS message, min(silent.at) AS silentAt, count(*) AS fired,
       (SELECT min(shown.at) FROM facts AS shown JOIN words ON words.id = shown.type
        WHERE words.text = 'message.shown' AND shown.ref = silent.ref) AS shownAt
     FROM facts AS silent JOIN words AS type ON type.id = silent.type JOIN words AS kind ON kind.id = silent.thing
     WHERE type.text = 'message.silent' AND kind.text = 'ignored' GROUP BY silent.ref`,
  ) as SilenceClock[];
}

/** Messages that were decided and shown before `untilMs`, and that nothing ever came of. */
export function unendedMessages(journal: string, untilMs: number): string[] {
  const rows = read(
    journal,
    `SELECT decided.ref AS message FROM facts AS decided JOIN words AS type ON type.id = decided.type
     WHERE type.text = 'message.decided'
       AND EXISTS (SELECT 1 FROM facts AS shown JOIN words ON words.id = shown.type
                   WHERE shown.ref = decided.ref AND words.text = 'message.shown' AND shown.at < ${untilMs})
       AND NOT EXISTS (SELECT 1 FROM facts AS ending JOIN words ON words.id = ending.type
                       WHERE ending.ref = decided.ref
                         AND words.text IN ('message.answered', 'message.silent', 'message.withdrawn'))`,
  ) as { message: string }[];
  return rows.map(({ message }) => message);
}

function read(journal: string, sql: string): unknown[] {
  const database = new Database(journal, { readonly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}
