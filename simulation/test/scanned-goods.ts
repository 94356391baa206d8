/** Goods in the journal, in its order, with SQL of the tests' own: also while the store is writing, or dead. */
import Database from 'better-sqlite3';

/** The code of each `basket.added`, as often as it is there. */
export function scannedGoods(journal: string): string[] {
  const rows = read(
    journal,
    `SELECT json_extract(goods.text, '$[0]') AS text FROM facts
     JOIN words AS type ON type.id = facts.type JOIN words AS goods ON goods.id = json_extract(facts.rest, '$[0][0]')
     WHERE type.text = 'basket.added' ORDER BY facts.seq`,
  );
  return rows.map(({ text }) => text);
}

/** The type of every fact. */
export function factTypes(journal: string): string[] {
  const sql = 'SELECT words.text FROM facts JOIN words ON words.id = facts.type ORDER BY facts.seq';
  return read(journal, sql).map(({ text }) => text);
}

/** Those that are there more than once. */
export function repeated(codes: readonly string[]): string[] {
  return [...new Set(codes.filter((code, index) => codes.indexOf(code) !== index))];
}

function read(journal: string, sql: string): { readonly text: string }[] {
  const database = new Database(journal, { readonly: true });
  try {
    return database.prepare(sql).all() as { text: string }[];
  } finally {
    database.close();
  }
}
